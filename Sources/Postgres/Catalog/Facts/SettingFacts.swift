// Facts of PostgreSQL 15's own catalogue (pg_settings), one row per line, fields separated by tabs.
// Facts read from the catalogue of a running PostgreSQL 15 server.

/// name|setting|unit|type|context|least|greatest|allowed words
let settingFacts: StaticString = #"""
  DateStyle	ISO, MDY		string	user			
  IntervalStyle	postgres		enum	user			postgres,postgres_verbose,sql_standard,iso_8601
  TimeZone	Etc/UTC		string	user			
  allow_in_place_tablespaces	off		bool	superuser			
  allow_system_table_mods	off		bool	superuser			
  application_name	psql		string	user			
  archive_cleanup_command			string	sighup			
  archive_command	(disabled)		string	sighup			
  archive_library			string	sighup			
  archive_mode	off		enum	postmaster			always,on,off
  archive_timeout	0	s	integer	sighup	0	1073741823	
  array_nulls	on		bool	user			
  authentication_timeout	60	s	integer	sighup	1	600	
  autovacuum	on		bool	sighup			
  autovacuum_analyze_scale_factor	0.1		real	sighup	0	100	
  autovacuum_analyze_threshold	50		integer	sighup	0	2147483647	
  autovacuum_freeze_max_age	200000000		integer	postmaster	100000	2000000000	
  autovacuum_max_workers	3		integer	postmaster	1	262143	
  autovacuum_multixact_freeze_max_age	400000000		integer	postmaster	10000	2000000000	
  autovacuum_naptime	60	s	integer	sighup	1	2147483	
  autovacuum_vacuum_cost_delay	2	ms	real	sighup	-1	100	
  autovacuum_vacuum_cost_limit	-1		integer	sighup	-1	10000	
  autovacuum_vacuum_insert_scale_factor	0.2		real	sighup	0	100	
  autovacuum_vacuum_insert_threshold	1000		integer	sighup	-1	2147483647	
  autovacuum_vacuum_scale_factor	0.2		real	sighup	0	100	
  autovacuum_vacuum_threshold	50		integer	sighup	0	2147483647	
  autovacuum_work_mem	-1	kB	integer	sighup	-1	2147483647	
  backend_flush_after	0	8kB	integer	user	0	256	
  backslash_quote	safe_encoding		enum	user			safe_encoding,on,off
  backtrace_functions			string	superuser			
  bgwriter_delay	200	ms	integer	sighup	10	10000	
  bgwriter_flush_after	64	8kB	integer	sighup	0	256	
  bgwriter_lru_maxpages	100		integer	sighup	0	1073741823	
  bgwriter_lru_multiplier	2		real	sighup	0	10	
  block_size	8192		integer	internal	8192	8192	
  bonjour	off		bool	postmaster			
  bonjour_name			string	postmaster			
  bytea_output	hex		enum	user			escape,hex
  check_function_bodies	on		bool	user			
  checkpoint_completion_target	0.9		real	sighup	0	1	
  checkpoint_flush_after	32	8kB	integer	sighup	0	256	
  checkpoint_timeout	300	s	integer	sighup	30	86400	
  checkpoint_warning	30	s	integer	sighup	0	2147483647	
  client_connection_check_interval	0	ms	integer	user	0	2147483647	
  client_encoding	UTF8		string	user			
  client_min_messages	notice		enum	user			debug5,debug4,debug3,debug2,debug1,log,notice,warning,error
  cluster_name			string	postmaster			
  commit_delay	0		integer	superuser	0	100000	
  commit_siblings	5		integer	user	0	1000	
  compute_query_id	auto		enum	superuser			auto,regress,on,off
  config_file	/postgresql.conf		string	postmaster			
  constraint_exclusion	partition		enum	user			partition,on,off
  cpu_index_tuple_cost	0.005		real	user	0	1.79769e+308	
  cpu_operator_cost	0.0025		real	user	0	1.79769e+308	
  cpu_tuple_cost	0.01		real	user	0	1.79769e+308	
  cursor_tuple_fraction	0.1		real	user	0	1	
  data_checksums	off		bool	internal			
  data_directory			string	postmaster			
  data_directory_mode	0700		integer	internal	0	511	
  data_sync_retry	off		bool	postmaster			
  db_user_namespace	off		bool	sighup			
  deadlock_timeout	1000	ms	integer	superuser	1	2147483647	
  debug_assertions	off		bool	internal			
  debug_discard_caches	0		integer	superuser	0	0	
  debug_pretty_print	on		bool	user			
  debug_print_parse	off		bool	user			
  debug_print_plan	off		bool	user			
  debug_print_rewritten	off		bool	user			
  default_statistics_target	100		integer	user	1	10000	
  default_table_access_method	heap		string	user			
  default_tablespace			string	user			
  default_text_search_config	pg_catalog.english		string	user			
  default_toast_compression	pglz		enum	user			pglz,lz4
  default_transaction_deferrable	off		bool	user			
  default_transaction_isolation	read committed		enum	user			serializable,repeatable read,read committed,read uncommitted
  default_transaction_read_only	off		bool	user			
  dynamic_library_path	$libdir		string	superuser			
  dynamic_shared_memory_type	posix		enum	postmaster			posix,sysv,mmap
  effective_cache_size	524288	8kB	integer	user	1	2147483647	
  effective_io_concurrency	1		integer	user	0	1000	
  enable_async_append	on		bool	user			
  enable_bitmapscan	on		bool	user			
  enable_gathermerge	on		bool	user			
  enable_hashagg	on		bool	user			
  enable_hashjoin	on		bool	user			
  enable_incremental_sort	on		bool	user			
  enable_indexonlyscan	on		bool	user			
  enable_indexscan	on		bool	user			
  enable_material	on		bool	user			
  enable_memoize	on		bool	user			
  enable_mergejoin	on		bool	user			
  enable_nestloop	on		bool	user			
  enable_parallel_append	on		bool	user			
  enable_parallel_hash	on		bool	user			
  enable_partition_pruning	on		bool	user			
  enable_partitionwise_aggregate	off		bool	user			
  enable_partitionwise_join	off		bool	user			
  enable_seqscan	on		bool	user			
  enable_sort	on		bool	user			
  enable_tidscan	on		bool	user			
  escape_string_warning	on		bool	user			
  event_source	PostgreSQL		string	postmaster			
  exit_on_error	off		bool	user			
  extension_destdir			string	superuser			
  external_pid_file			string	postmaster			
  extra_float_digits	1		integer	user	-15	3	
  force_parallel_mode	off		enum	user			off,on,regress
  from_collapse_limit	8		integer	user	1	2147483647	
  fsync	off		bool	sighup			
  full_page_writes	on		bool	sighup			
  geqo	on		bool	user			
  geqo_effort	5		integer	user	1	10	
  geqo_generations	0		integer	user	0	2147483647	
  geqo_pool_size	0		integer	user	0	2147483647	
  geqo_seed	0		real	user	0	1	
  geqo_selection_bias	2		real	user	1.5	2	
  geqo_threshold	12		integer	user	2	2147483647	
  gin_fuzzy_search_limit	0		integer	user	0	2147483647	
  gin_pending_list_limit	4096	kB	integer	user	64	2147483647	
  hash_mem_multiplier	2		real	user	1	1000	
  hba_file	/pg_hba.conf		string	postmaster			
  hot_standby	on		bool	postmaster			
  hot_standby_feedback	off		bool	sighup			
  huge_page_size	0	kB	integer	postmaster	0	2147483647	
  huge_pages	try		enum	postmaster			off,on,try
  ident_file	/pg_ident.conf		string	postmaster			
  idle_in_transaction_session_timeout	0	ms	integer	user	0	2147483647	
  idle_session_timeout	0	ms	integer	user	0	2147483647	
  ignore_checksum_failure	off		bool	superuser			
  ignore_invalid_pages	off		bool	postmaster			
  ignore_system_indexes	off		bool	backend			
  in_hot_standby	off		bool	internal			
  integer_datetimes	on		bool	internal			
  jit	on		bool	user			
  jit_above_cost	100000		real	user	-1	1.79769e+308	
  jit_debugging_support	off		bool	superuser-backend			
  jit_dump_bitcode	off		bool	superuser			
  jit_expressions	on		bool	user			
  jit_inline_above_cost	500000		real	user	-1	1.79769e+308	
  jit_optimize_above_cost	500000		real	user	-1	1.79769e+308	
  jit_profiling_support	off		bool	superuser-backend			
  jit_provider	llvmjit		string	postmaster			
  jit_tuple_deforming	on		bool	user			
  join_collapse_limit	8		integer	user	1	2147483647	
  krb_caseins_users	off		bool	sighup			
  krb_server_keyfile	FILE:/etc/postgresql-common/krb5.keytab		string	sighup			
  lc_collate	C.UTF-8		string	internal			
  lc_ctype	C.UTF-8		string	internal			
  lc_messages	C.UTF-8		string	superuser			
  lc_monetary	C.UTF-8		string	user			
  lc_numeric	C.UTF-8		string	user			
  lc_time	C.UTF-8		string	user			
  listen_addresses			string	postmaster			
  lo_compat_privileges	off		bool	superuser			
  local_preload_libraries			string	user			
  lock_timeout	0	ms	integer	user	0	2147483647	
  log_autovacuum_min_duration	600000	ms	integer	sighup	-1	2147483647	
  log_checkpoints	on		bool	sighup			
  log_connections	off		bool	superuser-backend			
  log_destination	stderr		string	sighup			
  log_directory	log		string	sighup			
  log_disconnections	off		bool	superuser-backend			
  log_duration	off		bool	superuser			
  log_error_verbosity	default		enum	superuser			terse,default,verbose
  log_executor_stats	off		bool	superuser			
  log_file_mode	0600		integer	sighup	0	511	
  log_filename	postgresql-%Y-%m-%d_%H%M%S.log		string	sighup			
  log_hostname	off		bool	sighup			
  log_line_prefix	%m [%p] 		string	sighup			
  log_lock_waits	off		bool	superuser			
  log_min_duration_sample	-1	ms	integer	superuser	-1	2147483647	
  log_min_duration_statement	-1	ms	integer	superuser	-1	2147483647	
  log_min_error_statement	error		enum	superuser			debug5,debug4,debug3,debug2,debug1,info,notice,warning,error,log,fatal,panic
  log_min_messages	warning		enum	superuser			debug5,debug4,debug3,debug2,debug1,info,notice,warning,error,log,fatal,panic
  log_parameter_max_length	-1	B	integer	superuser	-1	1073741823	
  log_parameter_max_length_on_error	0	B	integer	user	-1	1073741823	
  log_parser_stats	off		bool	superuser			
  log_planner_stats	off		bool	superuser			
  log_recovery_conflict_waits	off		bool	sighup			
  log_replication_commands	off		bool	superuser			
  log_rotation_age	1440	min	integer	sighup	0	35791394	
  log_rotation_size	10240	kB	integer	sighup	0	2097151	
  log_startup_progress_interval	10000	ms	integer	sighup	0	2147483647	
  log_statement	none		enum	superuser			none,ddl,mod,all
  log_statement_sample_rate	1		real	superuser	0	1	
  log_statement_stats	off		bool	superuser			
  log_temp_files	-1	kB	integer	superuser	-1	2147483647	
  log_timezone	Etc/UTC		string	sighup			
  log_transaction_sample_rate	0		real	superuser	0	1	
  log_truncate_on_rotation	off		bool	sighup			
  logging_collector	off		bool	postmaster			
  logical_decoding_work_mem	65536	kB	integer	user	64	2147483647	
  maintenance_io_concurrency	10		integer	user	0	1000	
  maintenance_work_mem	65536	kB	integer	user	1024	2147483647	
  max_connections	100		integer	postmaster	1	262143	
  max_files_per_process	1000		integer	postmaster	64	2147483647	
  max_function_args	100		integer	internal	100	100	
  max_identifier_length	63		integer	internal	63	63	
  max_index_keys	32		integer	internal	32	32	
  max_locks_per_transaction	64		integer	postmaster	10	2147483647	
  max_logical_replication_workers	4		integer	postmaster	0	262143	
  max_parallel_maintenance_workers	2		integer	user	0	1024	
  max_parallel_workers	8		integer	user	0	1024	
  max_parallel_workers_per_gather	2		integer	user	0	1024	
  max_pred_locks_per_page	2		integer	sighup	0	2147483647	
  max_pred_locks_per_relation	-2		integer	sighup	-2147483648	2147483647	
  max_pred_locks_per_transaction	64		integer	postmaster	10	2147483647	
  max_prepared_transactions	0		integer	postmaster	0	262143	
  max_replication_slots	10		integer	postmaster	0	262143	
  max_slot_wal_keep_size	-1	MB	integer	sighup	-1	2147483647	
  max_stack_depth	2048	kB	integer	superuser	100	2147483647	
  max_standby_archive_delay	30000	ms	integer	sighup	-1	2147483647	
  max_standby_streaming_delay	30000	ms	integer	sighup	-1	2147483647	
  max_sync_workers_per_subscription	2		integer	sighup	0	262143	
  max_wal_senders	10		integer	postmaster	0	262143	
  max_wal_size	1024	MB	integer	sighup	2	2147483647	
  max_worker_processes	8		integer	postmaster	0	262143	
  min_dynamic_shared_memory	0	MB	integer	postmaster	0	2147483647	
  min_parallel_index_scan_size	64	8kB	integer	user	0	715827882	
  min_parallel_table_scan_size	1024	8kB	integer	user	0	715827882	
  min_wal_size	80	MB	integer	sighup	2	2147483647	
  old_snapshot_threshold	-1	min	integer	postmaster	-1	86400	
  parallel_leader_participation	on		bool	user			
  parallel_setup_cost	1000		real	user	0	1.79769e+308	
  parallel_tuple_cost	0.1		real	user	0	1.79769e+308	
  password_encryption	scram-sha-256		enum	user			md5,scram-sha-256
  plan_cache_mode	auto		enum	user			auto,force_generic_plan,force_custom_plan
  port	5432		integer	postmaster	1	65535	
  post_auth_delay	0	s	integer	backend	0	2147	
  pre_auth_delay	0	s	integer	sighup	0	60	
  primary_conninfo			string	sighup			
  primary_slot_name			string	sighup			
  promote_trigger_file			string	sighup			
  quote_all_identifiers	off		bool	user			
  random_page_cost	4		real	user	0	1.79769e+308	
  recovery_end_command			string	sighup			
  recovery_init_sync_method	fsync		enum	sighup			fsync,syncfs
  recovery_min_apply_delay	0	ms	integer	sighup	0	2147483647	
  recovery_prefetch	try		enum	sighup			off,on,try
  recovery_target			string	postmaster			
  recovery_target_action	pause		enum	postmaster			pause,promote,shutdown
  recovery_target_inclusive	on		bool	postmaster			
  recovery_target_lsn			string	postmaster			
  recovery_target_name			string	postmaster			
  recovery_target_time			string	postmaster			
  recovery_target_timeline	latest		string	postmaster			
  recovery_target_xid			string	postmaster			
  recursive_worktable_factor	10		real	user	0.001	1e+06	
  remove_temp_files_after_crash	on		bool	sighup			
  restart_after_crash	on		bool	sighup			
  restore_command			string	sighup			
  restrict_nonsystem_relation_kind			string	user			
  row_security	on		bool	user			
  search_path	"$user", public		string	user			
  segment_size	131072	8kB	integer	internal	131072	131072	
  seq_page_cost	1		real	user	0	1.79769e+308	
  server_encoding	UTF8		string	internal			
  server_version	15.18 (Debian 15.18-0+deb12u1)		string	internal			
  server_version_num	150018		integer	internal	150018	150018	
  session_preload_libraries			string	superuser			
  session_replication_role	origin		enum	superuser			origin,replica,local
  shared_buffers	16384	8kB	integer	postmaster	16	1073741823	
  shared_memory_size	143	MB	integer	internal	0	2147483647	
  shared_memory_size_in_huge_pages	72		integer	internal	-1	2147483647	
  shared_memory_type	mmap		enum	postmaster			sysv,mmap
  shared_preload_libraries			string	postmaster			
  ssl	off		bool	sighup			
  ssl_ca_file			string	sighup			
  ssl_cert_file	server.crt		string	sighup			
  ssl_ciphers	HIGH:MEDIUM:+3DES:!aNULL		string	sighup			
  ssl_crl_dir			string	sighup			
  ssl_crl_file			string	sighup			
  ssl_dh_params_file			string	sighup			
  ssl_ecdh_curve	prime256v1		string	sighup			
  ssl_key_file	server.key		string	sighup			
  ssl_library	OpenSSL		string	internal			
  ssl_max_protocol_version			enum	sighup			,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3
  ssl_min_protocol_version	TLSv1.2		enum	sighup			TLSv1,TLSv1.1,TLSv1.2,TLSv1.3
  ssl_passphrase_command			string	sighup			
  ssl_passphrase_command_supports_reload	off		bool	sighup			
  ssl_prefer_server_ciphers	on		bool	sighup			
  standard_conforming_strings	on		bool	user			
  statement_timeout	0	ms	integer	user	0	2147483647	
  stats_fetch_consistency	cache		enum	user			none,cache,snapshot
  superuser_reserved_connections	3		integer	postmaster	0	262143	
  synchronize_seqscans	on		bool	user			
  synchronous_commit	on		enum	user			local,remote_write,remote_apply,on,off
  synchronous_standby_names			string	sighup			
  syslog_facility	local0		enum	sighup			local0,local1,local2,local3,local4,local5,local6,local7
  syslog_ident	postgres		string	sighup			
  syslog_sequence_numbers	on		bool	sighup			
  syslog_split_messages	on		bool	sighup			
  tcp_keepalives_count	0		integer	user	0	2147483647	
  tcp_keepalives_idle	0	s	integer	user	0	2147483647	
  tcp_keepalives_interval	0	s	integer	user	0	2147483647	
  tcp_user_timeout	0	ms	integer	user	0	2147483647	
  temp_buffers	1024	8kB	integer	user	100	1073741823	
  temp_file_limit	-1	kB	integer	superuser	-1	2147483647	
  temp_tablespaces			string	user			
  timezone_abbreviations	Default		string	user			
  trace_notify	off		bool	user			
  trace_recovery_messages	log		enum	sighup			debug5,debug4,debug3,debug2,debug1,log,notice,warning,error
  trace_sort	off		bool	user			
  track_activities	on		bool	superuser			
  track_activity_query_size	1024	B	integer	postmaster	100	1048576	
  track_commit_timestamp	off		bool	postmaster			
  track_counts	on		bool	superuser			
  track_functions	none		enum	superuser			none,pl,all
  track_io_timing	off		bool	superuser			
  track_wal_io_timing	off		bool	superuser			
  transaction_deferrable	off		bool	user			
  transaction_isolation	read committed		enum	user			serializable,repeatable read,read committed,read uncommitted
  transaction_read_only	off		bool	user			
  transform_null_equals	off		bool	user			
  unix_socket_directories			string	postmaster			
  unix_socket_group			string	postmaster			
  unix_socket_permissions	0777		integer	postmaster	0	511	
  update_process_title	on		bool	superuser			
  vacuum_cost_delay	0	ms	real	user	0	100	
  vacuum_cost_limit	200		integer	user	1	10000	
  vacuum_cost_page_dirty	20		integer	user	0	10000	
  vacuum_cost_page_hit	1		integer	user	0	10000	
  vacuum_cost_page_miss	2		integer	user	0	10000	
  vacuum_defer_cleanup_age	0		integer	sighup	0	1000000	
  vacuum_failsafe_age	1600000000		integer	user	0	2100000000	
  vacuum_freeze_min_age	50000000		integer	user	0	1000000000	
  vacuum_freeze_table_age	150000000		integer	user	0	2000000000	
  vacuum_multixact_failsafe_age	1600000000		integer	user	0	2100000000	
  vacuum_multixact_freeze_min_age	5000000		integer	user	0	1000000000	
  vacuum_multixact_freeze_table_age	150000000		integer	user	0	2000000000	
  wal_block_size	8192		integer	internal	8192	8192	
  wal_buffers	512	8kB	integer	postmaster	-1	262143	
  wal_compression	off		enum	superuser			pglz,lz4,zstd,on,off
  wal_consistency_checking			string	superuser			
  wal_decode_buffer_size	524288	B	integer	postmaster	65536	1073741823	
  wal_init_zero	on		bool	superuser			
  wal_keep_size	0	MB	integer	sighup	0	2147483647	
  wal_level	replica		enum	postmaster			minimal,replica,logical
  wal_log_hints	off		bool	postmaster			
  wal_receiver_create_temp_slot	off		bool	sighup			
  wal_receiver_status_interval	10	s	integer	sighup	0	2147483	
  wal_receiver_timeout	60000	ms	integer	sighup	0	2147483647	
  wal_recycle	on		bool	superuser			
  wal_retrieve_retry_interval	5000	ms	integer	sighup	1	2147483647	
  wal_segment_size	16777216	B	integer	internal	1048576	1073741824	
  wal_sender_timeout	60000	ms	integer	user	0	2147483647	
  wal_skip_threshold	2048	kB	integer	user	0	2147483647	
  wal_sync_method	fdatasync		enum	sighup			fsync,fdatasync,open_sync,open_datasync
  wal_writer_delay	200	ms	integer	sighup	1	10000	
  wal_writer_flush_after	128	8kB	integer	sighup	0	2147483647	
  work_mem	4096	kB	integer	user	64	2147483647	
  xmlbinary	base64		enum	user			base64,hex
  xmloption	content		enum	user			content,document
  zero_damaged_pages	off		bool	superuser
  """#
