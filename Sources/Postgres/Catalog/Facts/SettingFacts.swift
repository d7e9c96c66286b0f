// Facts of PostgreSQL 15's own catalogue (pg_settings), one row per line, fields separated by tabs.
// Facts read from the catalogue of a running PostgreSQL 15 server.

/// name|setting|unit|type|context|least|greatest|allowed words|category|what it does
let settingFacts: StaticString = #"""
  DateStyle	ISO, MDY		string	user				Client Connection Defaults / Locale and Formatting	Sets the display format for date and time values.
  IntervalStyle	postgres		enum	user			postgres,postgres_verbose,sql_standard,iso_8601	Client Connection Defaults / Locale and Formatting	Sets the display format for interval values.
  TimeZone	Etc/UTC		string	user				Client Connection Defaults / Locale and Formatting	Sets the time zone for displaying and interpreting time stamps.
  allow_in_place_tablespaces	off		bool	superuser				Developer Options	Allows tablespaces directly inside pg_tblspc, for testing.
  allow_system_table_mods	off		bool	superuser				Developer Options	Allows modifications of the structure of system tables.
  application_name	psql		string	user				Reporting and Logging / What to Log	Sets the application name to be reported in statistics and logs.
  archive_cleanup_command			string	sighup				Write-Ahead Log / Archive Recovery	Sets the shell command that will be executed at every restart point.
  archive_command	(disabled)		string	sighup				Write-Ahead Log / Archiving	Sets the shell command that will be called to archive a WAL file.
  archive_library			string	sighup				Write-Ahead Log / Archiving	Sets the library that will be called to archive a WAL file.
  archive_mode	off		enum	postmaster			always,on,off	Write-Ahead Log / Archiving	Allows archiving of WAL files using archive_command.
  archive_timeout	0	s	integer	sighup	0	1073741823		Write-Ahead Log / Archiving	Sets the amount of time to wait before forcing a switch to the next WAL file.
  array_nulls	on		bool	user				Version and Platform Compatibility / Previous PostgreSQL Versions	Enable input of NULL elements in arrays.
  authentication_timeout	60	s	integer	sighup	1	600		Connections and Authentication / Authentication	Sets the maximum allowed time to complete client authentication.
  autovacuum	on		bool	sighup				Autovacuum	Starts the autovacuum subprocess.
  autovacuum_analyze_scale_factor	0.1		real	sighup	0	100		Autovacuum	Number of tuple inserts, updates, or deletes prior to analyze as a fraction of reltuples.
  autovacuum_analyze_threshold	50		integer	sighup	0	2147483647		Autovacuum	Minimum number of tuple inserts, updates, or deletes prior to analyze.
  autovacuum_freeze_max_age	200000000		integer	postmaster	100000	2000000000		Autovacuum	Age at which to autovacuum a table to prevent transaction ID wraparound.
  autovacuum_max_workers	3		integer	postmaster	1	262143		Autovacuum	Sets the maximum number of simultaneously running autovacuum worker processes.
  autovacuum_multixact_freeze_max_age	400000000		integer	postmaster	10000	2000000000		Autovacuum	Multixact age at which to autovacuum a table to prevent multixact wraparound.
  autovacuum_naptime	60	s	integer	sighup	1	2147483		Autovacuum	Time to sleep between autovacuum runs.
  autovacuum_vacuum_cost_delay	2	ms	real	sighup	-1	100		Autovacuum	Vacuum cost delay in milliseconds, for autovacuum.
  autovacuum_vacuum_cost_limit	-1		integer	sighup	-1	10000		Autovacuum	Vacuum cost amount available before napping, for autovacuum.
  autovacuum_vacuum_insert_scale_factor	0.2		real	sighup	0	100		Autovacuum	Number of tuple inserts prior to vacuum as a fraction of reltuples.
  autovacuum_vacuum_insert_threshold	1000		integer	sighup	-1	2147483647		Autovacuum	Minimum number of tuple inserts prior to vacuum, or -1 to disable insert vacuums.
  autovacuum_vacuum_scale_factor	0.2		real	sighup	0	100		Autovacuum	Number of tuple updates or deletes prior to vacuum as a fraction of reltuples.
  autovacuum_vacuum_threshold	50		integer	sighup	0	2147483647		Autovacuum	Minimum number of tuple updates or deletes prior to vacuum.
  autovacuum_work_mem	-1	kB	integer	sighup	-1	2147483647		Resource Usage / Memory	Sets the maximum memory to be used by each autovacuum worker process.
  backend_flush_after	0	8kB	integer	user	0	256		Resource Usage / Asynchronous Behavior	Number of pages after which previously performed writes are flushed to disk.
  backslash_quote	safe_encoding		enum	user			safe_encoding,on,off	Version and Platform Compatibility / Previous PostgreSQL Versions	Sets whether "\'" is allowed in string literals.
  backtrace_functions			string	superuser				Developer Options	Log backtrace for errors in these functions.
  bgwriter_delay	200	ms	integer	sighup	10	10000		Resource Usage / Background Writer	Background writer sleep time between rounds.
  bgwriter_flush_after	64	8kB	integer	sighup	0	256		Resource Usage / Background Writer	Number of pages after which previously performed writes are flushed to disk.
  bgwriter_lru_maxpages	100		integer	sighup	0	1073741823		Resource Usage / Background Writer	Background writer maximum number of LRU pages to flush per round.
  bgwriter_lru_multiplier	2		real	sighup	0	10		Resource Usage / Background Writer	Multiple of the average buffer usage to free per round.
  block_size	8192		integer	internal	8192	8192		Preset Options	Shows the size of a disk block.
  bonjour	off		bool	postmaster				Connections and Authentication / Connection Settings	Enables advertising the server via Bonjour.
  bonjour_name			string	postmaster				Connections and Authentication / Connection Settings	Sets the Bonjour service name.
  bytea_output	hex		enum	user			escape,hex	Client Connection Defaults / Statement Behavior	Sets the output format for bytea.
  check_function_bodies	on		bool	user				Client Connection Defaults / Statement Behavior	Check routine bodies during CREATE FUNCTION and CREATE PROCEDURE.
  checkpoint_completion_target	0.9		real	sighup	0	1		Write-Ahead Log / Checkpoints	Time spent flushing dirty buffers during checkpoint, as fraction of checkpoint interval.
  checkpoint_flush_after	32	8kB	integer	sighup	0	256		Write-Ahead Log / Checkpoints	Number of pages after which previously performed writes are flushed to disk.
  checkpoint_timeout	300	s	integer	sighup	30	86400		Write-Ahead Log / Checkpoints	Sets the maximum time between automatic WAL checkpoints.
  checkpoint_warning	30	s	integer	sighup	0	2147483647		Write-Ahead Log / Checkpoints	Sets the maximum time before warning if checkpoints triggered by WAL volume happen too frequently.
  client_connection_check_interval	0	ms	integer	user	0	2147483647		Connections and Authentication / Connection Settings	Sets the time interval between checks for disconnection while running queries.
  client_encoding	UTF8		string	user				Client Connection Defaults / Locale and Formatting	Sets the client's character set encoding.
  client_min_messages	notice		enum	user			debug5,debug4,debug3,debug2,debug1,log,notice,warning,error	Client Connection Defaults / Statement Behavior	Sets the message levels that are sent to the client.
  cluster_name			string	postmaster				Reporting and Logging / Process Title	Sets the name of the cluster, which is included in the process title.
  commit_delay	0		integer	superuser	0	100000		Write-Ahead Log / Settings	Sets the delay in microseconds between transaction commit and flushing WAL to disk.
  commit_siblings	5		integer	user	0	1000		Write-Ahead Log / Settings	Sets the minimum number of concurrent open transactions required before performing commit_delay.
  compute_query_id	auto		enum	superuser			auto,regress,on,off	Statistics / Monitoring	Enables in-core computation of query identifiers.
  config_file	/postgresql.conf		string	postmaster				File Locations	Sets the server's main configuration file.
  constraint_exclusion	partition		enum	user			partition,on,off	Query Tuning / Other Planner Options	Enables the planner to use constraints to optimize queries.
  cpu_index_tuple_cost	0.005		real	user	0	1.79769e+308		Query Tuning / Planner Cost Constants	Sets the planner's estimate of the cost of processing each index entry during an index scan.
  cpu_operator_cost	0.0025		real	user	0	1.79769e+308		Query Tuning / Planner Cost Constants	Sets the planner's estimate of the cost of processing each operator or function call.
  cpu_tuple_cost	0.01		real	user	0	1.79769e+308		Query Tuning / Planner Cost Constants	Sets the planner's estimate of the cost of processing each tuple (row).
  cursor_tuple_fraction	0.1		real	user	0	1		Query Tuning / Other Planner Options	Sets the planner's estimate of the fraction of a cursor's rows that will be retrieved.
  data_checksums	off		bool	internal				Preset Options	Shows whether data checksums are turned on for this cluster.
  data_directory			string	postmaster				File Locations	Sets the server's data directory.
  data_directory_mode	0700		integer	internal	0	511		Preset Options	Shows the mode of the data directory.
  data_sync_retry	off		bool	postmaster				Error Handling	Whether to continue running after a failure to sync data files.
  db_user_namespace	off		bool	sighup				Connections and Authentication / Authentication	Enables per-database user names.
  deadlock_timeout	1000	ms	integer	superuser	1	2147483647		Lock Management	Sets the time to wait on a lock before checking for deadlock.
  debug_assertions	off		bool	internal				Preset Options	Shows whether the running server has assertion checks enabled.
  debug_discard_caches	0		integer	superuser	0	0		Developer Options	Aggressively flush system caches for debugging purposes.
  debug_pretty_print	on		bool	user				Reporting and Logging / What to Log	Indents parse and plan tree displays.
  debug_print_parse	off		bool	user				Reporting and Logging / What to Log	Logs each query's parse tree.
  debug_print_plan	off		bool	user				Reporting and Logging / What to Log	Logs each query's execution plan.
  debug_print_rewritten	off		bool	user				Reporting and Logging / What to Log	Logs each query's rewritten parse tree.
  default_statistics_target	100		integer	user	1	10000		Query Tuning / Other Planner Options	Sets the default statistics target.
  default_table_access_method	heap		string	user				Client Connection Defaults / Statement Behavior	Sets the default table access method for new tables.
  default_tablespace			string	user				Client Connection Defaults / Statement Behavior	Sets the default tablespace to create tables and indexes in.
  default_text_search_config	pg_catalog.english		string	user				Client Connection Defaults / Locale and Formatting	Sets default text search configuration.
  default_toast_compression	pglz		enum	user			pglz,lz4	Client Connection Defaults / Statement Behavior	Sets the default compression method for compressible values.
  default_transaction_deferrable	off		bool	user				Client Connection Defaults / Statement Behavior	Sets the default deferrable status of new transactions.
  default_transaction_isolation	read committed		enum	user			serializable,repeatable read,read committed,read uncommitted	Client Connection Defaults / Statement Behavior	Sets the transaction isolation level of each new transaction.
  default_transaction_read_only	off		bool	user				Client Connection Defaults / Statement Behavior	Sets the default read-only status of new transactions.
  dynamic_library_path	$libdir		string	superuser				Client Connection Defaults / Other Defaults	Sets the path for dynamically loadable modules.
  dynamic_shared_memory_type	posix		enum	postmaster			posix,sysv,mmap	Resource Usage / Memory	Selects the dynamic shared memory implementation used.
  effective_cache_size	524288	8kB	integer	user	1	2147483647		Query Tuning / Planner Cost Constants	Sets the planner's assumption about the total size of the data caches.
  effective_io_concurrency	1		integer	user	0	1000		Resource Usage / Asynchronous Behavior	Number of simultaneous requests that can be handled efficiently by the disk subsystem.
  enable_async_append	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of async append plans.
  enable_bitmapscan	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of bitmap-scan plans.
  enable_gathermerge	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of gather merge plans.
  enable_hashagg	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of hashed aggregation plans.
  enable_hashjoin	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of hash join plans.
  enable_incremental_sort	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of incremental sort steps.
  enable_indexonlyscan	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of index-only-scan plans.
  enable_indexscan	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of index-scan plans.
  enable_material	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of materialization.
  enable_memoize	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of memoization.
  enable_mergejoin	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of merge join plans.
  enable_nestloop	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of nested-loop join plans.
  enable_parallel_append	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of parallel append plans.
  enable_parallel_hash	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of parallel hash plans.
  enable_partition_pruning	on		bool	user				Query Tuning / Planner Method Configuration	Enables plan-time and execution-time partition pruning.
  enable_partitionwise_aggregate	off		bool	user				Query Tuning / Planner Method Configuration	Enables partitionwise aggregation and grouping.
  enable_partitionwise_join	off		bool	user				Query Tuning / Planner Method Configuration	Enables partitionwise join.
  enable_seqscan	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of sequential-scan plans.
  enable_sort	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of explicit sort steps.
  enable_tidscan	on		bool	user				Query Tuning / Planner Method Configuration	Enables the planner's use of TID scan plans.
  escape_string_warning	on		bool	user				Version and Platform Compatibility / Previous PostgreSQL Versions	Warn about backslash escapes in ordinary string literals.
  event_source	PostgreSQL		string	postmaster				Reporting and Logging / Where to Log	Sets the application name used to identify PostgreSQL messages in the event log.
  exit_on_error	off		bool	user				Error Handling	Terminate session on any error.
  extension_destdir			string	superuser				File Locations	Path to prepend for extension loading.
  external_pid_file			string	postmaster				File Locations	Writes the postmaster PID to the specified file.
  extra_float_digits	1		integer	user	-15	3		Client Connection Defaults / Locale and Formatting	Sets the number of digits displayed for floating-point values.
  force_parallel_mode	off		enum	user			off,on,regress	Developer Options	Forces use of parallel query facilities.
  from_collapse_limit	8		integer	user	1	2147483647		Query Tuning / Other Planner Options	Sets the FROM-list size beyond which subqueries are not collapsed.
  fsync	off		bool	sighup				Write-Ahead Log / Settings	Forces synchronization of updates to disk.
  full_page_writes	on		bool	sighup				Write-Ahead Log / Settings	Writes full pages to WAL when first modified after a checkpoint.
  geqo	on		bool	user				Query Tuning / Genetic Query Optimizer	Enables genetic query optimization.
  geqo_effort	5		integer	user	1	10		Query Tuning / Genetic Query Optimizer	GEQO: effort is used to set the default for other GEQO parameters.
  geqo_generations	0		integer	user	0	2147483647		Query Tuning / Genetic Query Optimizer	GEQO: number of iterations of the algorithm.
  geqo_pool_size	0		integer	user	0	2147483647		Query Tuning / Genetic Query Optimizer	GEQO: number of individuals in the population.
  geqo_seed	0		real	user	0	1		Query Tuning / Genetic Query Optimizer	GEQO: seed for random path selection.
  geqo_selection_bias	2		real	user	1.5	2		Query Tuning / Genetic Query Optimizer	GEQO: selective pressure within the population.
  geqo_threshold	12		integer	user	2	2147483647		Query Tuning / Genetic Query Optimizer	Sets the threshold of FROM items beyond which GEQO is used.
  gin_fuzzy_search_limit	0		integer	user	0	2147483647		Client Connection Defaults / Other Defaults	Sets the maximum allowed result for exact search by GIN.
  gin_pending_list_limit	4096	kB	integer	user	64	2147483647		Client Connection Defaults / Statement Behavior	Sets the maximum size of the pending list for GIN index.
  hash_mem_multiplier	2		real	user	1	1000		Resource Usage / Memory	Multiple of work_mem to use for hash tables.
  hba_file	/pg_hba.conf		string	postmaster				File Locations	Sets the server's "hba" configuration file.
  hot_standby	on		bool	postmaster				Replication / Standby Servers	Allows connections and queries during recovery.
  hot_standby_feedback	off		bool	sighup				Replication / Standby Servers	Allows feedback from a hot standby to the primary that will avoid query conflicts.
  huge_page_size	0	kB	integer	postmaster	0	2147483647		Resource Usage / Memory	The size of huge page that should be requested.
  huge_pages	try		enum	postmaster			off,on,try	Resource Usage / Memory	Use of huge pages on Linux or Windows.
  ident_file	/pg_ident.conf		string	postmaster				File Locations	Sets the server's "ident" configuration file.
  idle_in_transaction_session_timeout	0	ms	integer	user	0	2147483647		Client Connection Defaults / Statement Behavior	Sets the maximum allowed idle time between queries, when in a transaction.
  idle_session_timeout	0	ms	integer	user	0	2147483647		Client Connection Defaults / Statement Behavior	Sets the maximum allowed idle time between queries, when not in a transaction.
  ignore_checksum_failure	off		bool	superuser				Developer Options	Continues processing after a checksum failure.
  ignore_invalid_pages	off		bool	postmaster				Developer Options	Continues recovery after an invalid pages failure.
  ignore_system_indexes	off		bool	backend				Developer Options	Disables reading from system indexes.
  in_hot_standby	off		bool	internal				Preset Options	Shows whether hot standby is currently active.
  integer_datetimes	on		bool	internal				Preset Options	Shows whether datetimes are integer based.
  jit	on		bool	user				Query Tuning / Other Planner Options	Allow JIT compilation.
  jit_above_cost	100000		real	user	-1	1.79769e+308		Query Tuning / Planner Cost Constants	Perform JIT compilation if query is more expensive.
  jit_debugging_support	off		bool	superuser-backend				Developer Options	Register JIT-compiled functions with debugger.
  jit_dump_bitcode	off		bool	superuser				Developer Options	Write out LLVM bitcode to facilitate JIT debugging.
  jit_expressions	on		bool	user				Developer Options	Allow JIT compilation of expressions.
  jit_inline_above_cost	500000		real	user	-1	1.79769e+308		Query Tuning / Planner Cost Constants	Perform JIT inlining if query is more expensive.
  jit_optimize_above_cost	500000		real	user	-1	1.79769e+308		Query Tuning / Planner Cost Constants	Optimize JIT-compiled functions if query is more expensive.
  jit_profiling_support	off		bool	superuser-backend				Developer Options	Register JIT-compiled functions with perf profiler.
  jit_provider	llvmjit		string	postmaster				Client Connection Defaults / Shared Library Preloading	JIT provider to use.
  jit_tuple_deforming	on		bool	user				Developer Options	Allow JIT compilation of tuple deforming.
  join_collapse_limit	8		integer	user	1	2147483647		Query Tuning / Other Planner Options	Sets the FROM-list size beyond which JOIN constructs are not flattened.
  krb_caseins_users	off		bool	sighup				Connections and Authentication / Authentication	Sets whether Kerberos and GSSAPI user names should be treated as case-insensitive.
  krb_server_keyfile	FILE:/etc/postgresql-common/krb5.keytab		string	sighup				Connections and Authentication / Authentication	Sets the location of the Kerberos server key file.
  lc_collate	C.UTF-8		string	internal				Preset Options	Shows the collation order locale.
  lc_ctype	C.UTF-8		string	internal				Preset Options	Shows the character classification and case conversion locale.
  lc_messages	C.UTF-8		string	superuser				Client Connection Defaults / Locale and Formatting	Sets the language in which messages are displayed.
  lc_monetary	C.UTF-8		string	user				Client Connection Defaults / Locale and Formatting	Sets the locale for formatting monetary amounts.
  lc_numeric	C.UTF-8		string	user				Client Connection Defaults / Locale and Formatting	Sets the locale for formatting numbers.
  lc_time	C.UTF-8		string	user				Client Connection Defaults / Locale and Formatting	Sets the locale for formatting date and time values.
  listen_addresses			string	postmaster				Connections and Authentication / Connection Settings	Sets the host name or IP address(es) to listen to.
  lo_compat_privileges	off		bool	superuser				Version and Platform Compatibility / Previous PostgreSQL Versions	Enables backward compatibility mode for privilege checks on large objects.
  local_preload_libraries			string	user				Client Connection Defaults / Shared Library Preloading	Lists unprivileged shared libraries to preload into each backend.
  lock_timeout	0	ms	integer	user	0	2147483647		Client Connection Defaults / Statement Behavior	Sets the maximum allowed duration of any wait for a lock.
  log_autovacuum_min_duration	600000	ms	integer	sighup	-1	2147483647		Reporting and Logging / What to Log	Sets the minimum execution time above which autovacuum actions will be logged.
  log_checkpoints	on		bool	sighup				Reporting and Logging / What to Log	Logs each checkpoint.
  log_connections	off		bool	superuser-backend				Reporting and Logging / What to Log	Logs each successful connection.
  log_destination	stderr		string	sighup				Reporting and Logging / Where to Log	Sets the destination for server log output.
  log_directory	log		string	sighup				Reporting and Logging / Where to Log	Sets the destination directory for log files.
  log_disconnections	off		bool	superuser-backend				Reporting and Logging / What to Log	Logs end of a session, including duration.
  log_duration	off		bool	superuser				Reporting and Logging / What to Log	Logs the duration of each completed SQL statement.
  log_error_verbosity	default		enum	superuser			terse,default,verbose	Reporting and Logging / What to Log	Sets the verbosity of logged messages.
  log_executor_stats	off		bool	superuser				Statistics / Monitoring	Writes executor performance statistics to the server log.
  log_file_mode	0600		integer	sighup	0	511		Reporting and Logging / Where to Log	Sets the file permissions for log files.
  log_filename	postgresql-%Y-%m-%d_%H%M%S.log		string	sighup				Reporting and Logging / Where to Log	Sets the file name pattern for log files.
  log_hostname	off		bool	sighup				Reporting and Logging / What to Log	Logs the host name in the connection logs.
  log_line_prefix	%m [%p] 		string	sighup				Reporting and Logging / What to Log	Controls information prefixed to each log line.
  log_lock_waits	off		bool	superuser				Reporting and Logging / What to Log	Logs long lock waits.
  log_min_duration_sample	-1	ms	integer	superuser	-1	2147483647		Reporting and Logging / When to Log	Sets the minimum execution time above which a sample of statements will be logged. Sampling is determined by log_statement_sample_rate.
  log_min_duration_statement	-1	ms	integer	superuser	-1	2147483647		Reporting and Logging / When to Log	Sets the minimum execution time above which all statements will be logged.
  log_min_error_statement	error		enum	superuser			debug5,debug4,debug3,debug2,debug1,info,notice,warning,error,log,fatal,panic	Reporting and Logging / When to Log	Causes all statements generating error at or above this level to be logged.
  log_min_messages	warning		enum	superuser			debug5,debug4,debug3,debug2,debug1,info,notice,warning,error,log,fatal,panic	Reporting and Logging / When to Log	Sets the message levels that are logged.
  log_parameter_max_length	-1	B	integer	superuser	-1	1073741823		Reporting and Logging / What to Log	Sets the maximum length in bytes of data logged for bind parameter values when logging statements.
  log_parameter_max_length_on_error	0	B	integer	user	-1	1073741823		Reporting and Logging / What to Log	Sets the maximum length in bytes of data logged for bind parameter values when logging statements, on error.
  log_parser_stats	off		bool	superuser				Statistics / Monitoring	Writes parser performance statistics to the server log.
  log_planner_stats	off		bool	superuser				Statistics / Monitoring	Writes planner performance statistics to the server log.
  log_recovery_conflict_waits	off		bool	sighup				Reporting and Logging / What to Log	Logs standby recovery conflict waits.
  log_replication_commands	off		bool	superuser				Reporting and Logging / What to Log	Logs each replication command.
  log_rotation_age	1440	min	integer	sighup	0	35791394		Reporting and Logging / Where to Log	Sets the amount of time to wait before forcing log file rotation.
  log_rotation_size	10240	kB	integer	sighup	0	2097151		Reporting and Logging / Where to Log	Sets the maximum size a log file can reach before being rotated.
  log_startup_progress_interval	10000	ms	integer	sighup	0	2147483647		Reporting and Logging / When to Log	Time between progress updates for long-running startup operations.
  log_statement	none		enum	superuser			none,ddl,mod,all	Reporting and Logging / What to Log	Sets the type of statements logged.
  log_statement_sample_rate	1		real	superuser	0	1		Reporting and Logging / When to Log	Fraction of statements exceeding log_min_duration_sample to be logged.
  log_statement_stats	off		bool	superuser				Statistics / Monitoring	Writes cumulative performance statistics to the server log.
  log_temp_files	-1	kB	integer	superuser	-1	2147483647		Reporting and Logging / What to Log	Log the use of temporary files larger than this number of kilobytes.
  log_timezone	Etc/UTC		string	sighup				Reporting and Logging / What to Log	Sets the time zone to use in log messages.
  log_transaction_sample_rate	0		real	superuser	0	1		Reporting and Logging / When to Log	Sets the fraction of transactions from which to log all statements.
  log_truncate_on_rotation	off		bool	sighup				Reporting and Logging / Where to Log	Truncate existing log files of same name during log rotation.
  logging_collector	off		bool	postmaster				Reporting and Logging / Where to Log	Start a subprocess to capture stderr, csvlog and/or jsonlog into log files.
  logical_decoding_work_mem	65536	kB	integer	user	64	2147483647		Resource Usage / Memory	Sets the maximum memory to be used for logical decoding.
  maintenance_io_concurrency	10		integer	user	0	1000		Resource Usage / Asynchronous Behavior	A variant of effective_io_concurrency that is used for maintenance work.
  maintenance_work_mem	65536	kB	integer	user	1024	2147483647		Resource Usage / Memory	Sets the maximum memory to be used for maintenance operations.
  max_connections	100		integer	postmaster	1	262143		Connections and Authentication / Connection Settings	Sets the maximum number of concurrent connections.
  max_files_per_process	1000		integer	postmaster	64	2147483647		Resource Usage / Kernel Resources	Sets the maximum number of simultaneously open files for each server process.
  max_function_args	100		integer	internal	100	100		Preset Options	Shows the maximum number of function arguments.
  max_identifier_length	63		integer	internal	63	63		Preset Options	Shows the maximum identifier length.
  max_index_keys	32		integer	internal	32	32		Preset Options	Shows the maximum number of index keys.
  max_locks_per_transaction	64		integer	postmaster	10	2147483647		Lock Management	Sets the maximum number of locks per transaction.
  max_logical_replication_workers	4		integer	postmaster	0	262143		Replication / Subscribers	Maximum number of logical replication worker processes.
  max_parallel_maintenance_workers	2		integer	user	0	1024		Resource Usage / Asynchronous Behavior	Sets the maximum number of parallel processes per maintenance operation.
  max_parallel_workers	8		integer	user	0	1024		Resource Usage / Asynchronous Behavior	Sets the maximum number of parallel workers that can be active at one time.
  max_parallel_workers_per_gather	2		integer	user	0	1024		Resource Usage / Asynchronous Behavior	Sets the maximum number of parallel processes per executor node.
  max_pred_locks_per_page	2		integer	sighup	0	2147483647		Lock Management	Sets the maximum number of predicate-locked tuples per page.
  max_pred_locks_per_relation	-2		integer	sighup	-2147483648	2147483647		Lock Management	Sets the maximum number of predicate-locked pages and tuples per relation.
  max_pred_locks_per_transaction	64		integer	postmaster	10	2147483647		Lock Management	Sets the maximum number of predicate locks per transaction.
  max_prepared_transactions	0		integer	postmaster	0	262143		Resource Usage / Memory	Sets the maximum number of simultaneously prepared transactions.
  max_replication_slots	10		integer	postmaster	0	262143		Replication / Sending Servers	Sets the maximum number of simultaneously defined replication slots.
  max_slot_wal_keep_size	-1	MB	integer	sighup	-1	2147483647		Replication / Sending Servers	Sets the maximum WAL size that can be reserved by replication slots.
  max_stack_depth	2048	kB	integer	superuser	100	2147483647		Resource Usage / Memory	Sets the maximum stack depth, in kilobytes.
  max_standby_archive_delay	30000	ms	integer	sighup	-1	2147483647		Replication / Standby Servers	Sets the maximum delay before canceling queries when a hot standby server is processing archived WAL data.
  max_standby_streaming_delay	30000	ms	integer	sighup	-1	2147483647		Replication / Standby Servers	Sets the maximum delay before canceling queries when a hot standby server is processing streamed WAL data.
  max_sync_workers_per_subscription	2		integer	sighup	0	262143		Replication / Subscribers	Maximum number of table synchronization workers per subscription.
  max_wal_senders	10		integer	postmaster	0	262143		Replication / Sending Servers	Sets the maximum number of simultaneously running WAL sender processes.
  max_wal_size	1024	MB	integer	sighup	2	2147483647		Write-Ahead Log / Checkpoints	Sets the WAL size that triggers a checkpoint.
  max_worker_processes	8		integer	postmaster	0	262143		Resource Usage / Asynchronous Behavior	Maximum number of concurrent worker processes.
  min_dynamic_shared_memory	0	MB	integer	postmaster	0	2147483647		Resource Usage / Memory	Amount of dynamic shared memory reserved at startup.
  min_parallel_index_scan_size	64	8kB	integer	user	0	715827882		Query Tuning / Planner Cost Constants	Sets the minimum amount of index data for a parallel scan.
  min_parallel_table_scan_size	1024	8kB	integer	user	0	715827882		Query Tuning / Planner Cost Constants	Sets the minimum amount of table data for a parallel scan.
  min_wal_size	80	MB	integer	sighup	2	2147483647		Write-Ahead Log / Checkpoints	Sets the minimum size to shrink the WAL to.
  old_snapshot_threshold	-1	min	integer	postmaster	-1	86400		Resource Usage / Asynchronous Behavior	Time before a snapshot is too old to read pages changed after the snapshot was taken.
  parallel_leader_participation	on		bool	user				Resource Usage / Asynchronous Behavior	Controls whether Gather and Gather Merge also run subplans.
  parallel_setup_cost	1000		real	user	0	1.79769e+308		Query Tuning / Planner Cost Constants	Sets the planner's estimate of the cost of starting up worker processes for parallel query.
  parallel_tuple_cost	0.1		real	user	0	1.79769e+308		Query Tuning / Planner Cost Constants	Sets the planner's estimate of the cost of passing each tuple (row) from worker to leader backend.
  password_encryption	scram-sha-256		enum	user			md5,scram-sha-256	Connections and Authentication / Authentication	Chooses the algorithm for encrypting passwords.
  plan_cache_mode	auto		enum	user			auto,force_generic_plan,force_custom_plan	Query Tuning / Other Planner Options	Controls the planner's selection of custom or generic plan.
  port	5432		integer	postmaster	1	65535		Connections and Authentication / Connection Settings	Sets the TCP port the server listens on.
  post_auth_delay	0	s	integer	backend	0	2147		Developer Options	Sets the amount of time to wait after authentication on connection startup.
  pre_auth_delay	0	s	integer	sighup	0	60		Developer Options	Sets the amount of time to wait before authentication on connection startup.
  primary_conninfo			string	sighup				Replication / Standby Servers	Sets the connection string to be used to connect to the sending server.
  primary_slot_name			string	sighup				Replication / Standby Servers	Sets the name of the replication slot to use on the sending server.
  promote_trigger_file			string	sighup				Replication / Standby Servers	Specifies a file name whose presence ends recovery in the standby.
  quote_all_identifiers	off		bool	user				Version and Platform Compatibility / Previous PostgreSQL Versions	When generating SQL fragments, quote all identifiers.
  random_page_cost	4		real	user	0	1.79769e+308		Query Tuning / Planner Cost Constants	Sets the planner's estimate of the cost of a nonsequentially fetched disk page.
  recovery_end_command			string	sighup				Write-Ahead Log / Archive Recovery	Sets the shell command that will be executed once at the end of recovery.
  recovery_init_sync_method	fsync		enum	sighup			fsync,syncfs	Error Handling	Sets the method for synchronizing the data directory before crash recovery.
  recovery_min_apply_delay	0	ms	integer	sighup	0	2147483647		Replication / Standby Servers	Sets the minimum delay for applying changes during recovery.
  recovery_prefetch	try		enum	sighup			off,on,try	Write-Ahead Log / Recovery	Prefetch referenced blocks during recovery.
  recovery_target			string	postmaster				Write-Ahead Log / Recovery Target	Set to "immediate" to end recovery as soon as a consistent state is reached.
  recovery_target_action	pause		enum	postmaster			pause,promote,shutdown	Write-Ahead Log / Recovery Target	Sets the action to perform upon reaching the recovery target.
  recovery_target_inclusive	on		bool	postmaster				Write-Ahead Log / Recovery Target	Sets whether to include or exclude transaction with recovery target.
  recovery_target_lsn			string	postmaster				Write-Ahead Log / Recovery Target	Sets the LSN of the write-ahead log location up to which recovery will proceed.
  recovery_target_name			string	postmaster				Write-Ahead Log / Recovery Target	Sets the named restore point up to which recovery will proceed.
  recovery_target_time			string	postmaster				Write-Ahead Log / Recovery Target	Sets the time stamp up to which recovery will proceed.
  recovery_target_timeline	latest		string	postmaster				Write-Ahead Log / Recovery Target	Specifies the timeline to recover into.
  recovery_target_xid			string	postmaster				Write-Ahead Log / Recovery Target	Sets the transaction ID up to which recovery will proceed.
  recursive_worktable_factor	10		real	user	0.001	1e+06		Query Tuning / Other Planner Options	Sets the planner's estimate of the average size of a recursive query's working table.
  remove_temp_files_after_crash	on		bool	sighup				Developer Options	Remove temporary files after backend crash.
  restart_after_crash	on		bool	sighup				Error Handling	Reinitialize server after backend crash.
  restore_command			string	sighup				Write-Ahead Log / Archive Recovery	Sets the shell command that will be called to retrieve an archived WAL file.
  restrict_nonsystem_relation_kind			string	user				Client Connection Defaults / Statement Behavior	Prohibits access to non-system relations of specified kinds.
  row_security	on		bool	user				Client Connection Defaults / Statement Behavior	Enable row security.
  search_path	"$user", public		string	user				Client Connection Defaults / Statement Behavior	Sets the schema search order for names that are not schema-qualified.
  segment_size	131072	8kB	integer	internal	131072	131072		Preset Options	Shows the number of pages per disk file.
  seq_page_cost	1		real	user	0	1.79769e+308		Query Tuning / Planner Cost Constants	Sets the planner's estimate of the cost of a sequentially fetched disk page.
  server_encoding	UTF8		string	internal				Preset Options	Shows the server (database) character set encoding.
  server_version	15.18 (Debian 15.18-0+deb12u1)		string	internal				Preset Options	Shows the server version.
  server_version_num	150018		integer	internal	150018	150018		Preset Options	Shows the server version as an integer.
  session_preload_libraries			string	superuser				Client Connection Defaults / Shared Library Preloading	Lists shared libraries to preload into each backend.
  session_replication_role	origin		enum	superuser			origin,replica,local	Client Connection Defaults / Statement Behavior	Sets the session's behavior for triggers and rewrite rules.
  shared_buffers	16384	8kB	integer	postmaster	16	1073741823		Resource Usage / Memory	Sets the number of shared memory buffers used by the server.
  shared_memory_size	143	MB	integer	internal	0	2147483647		Preset Options	Shows the size of the server's main shared memory area (rounded up to the nearest MB).
  shared_memory_size_in_huge_pages	72		integer	internal	-1	2147483647		Preset Options	Shows the number of huge pages needed for the main shared memory area.
  shared_memory_type	mmap		enum	postmaster			sysv,mmap	Resource Usage / Memory	Selects the shared memory implementation used for the main shared memory region.
  shared_preload_libraries			string	postmaster				Client Connection Defaults / Shared Library Preloading	Lists shared libraries to preload into server.
  ssl	off		bool	sighup				Connections and Authentication / SSL	Enables SSL connections.
  ssl_ca_file			string	sighup				Connections and Authentication / SSL	Location of the SSL certificate authority file.
  ssl_cert_file	server.crt		string	sighup				Connections and Authentication / SSL	Location of the SSL server certificate file.
  ssl_ciphers	HIGH:MEDIUM:+3DES:!aNULL		string	sighup				Connections and Authentication / SSL	Sets the list of allowed SSL ciphers.
  ssl_crl_dir			string	sighup				Connections and Authentication / SSL	Location of the SSL certificate revocation list directory.
  ssl_crl_file			string	sighup				Connections and Authentication / SSL	Location of the SSL certificate revocation list file.
  ssl_dh_params_file			string	sighup				Connections and Authentication / SSL	Location of the SSL DH parameters file.
  ssl_ecdh_curve	prime256v1		string	sighup				Connections and Authentication / SSL	Sets the curve to use for ECDH.
  ssl_key_file	server.key		string	sighup				Connections and Authentication / SSL	Location of the SSL server private key file.
  ssl_library	OpenSSL		string	internal				Preset Options	Shows the name of the SSL library.
  ssl_max_protocol_version			enum	sighup			,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3	Connections and Authentication / SSL	Sets the maximum SSL/TLS protocol version to use.
  ssl_min_protocol_version	TLSv1.2		enum	sighup			TLSv1,TLSv1.1,TLSv1.2,TLSv1.3	Connections and Authentication / SSL	Sets the minimum SSL/TLS protocol version to use.
  ssl_passphrase_command			string	sighup				Connections and Authentication / SSL	Command to obtain passphrases for SSL.
  ssl_passphrase_command_supports_reload	off		bool	sighup				Connections and Authentication / SSL	Controls whether ssl_passphrase_command is called during server reload.
  ssl_prefer_server_ciphers	on		bool	sighup				Connections and Authentication / SSL	Give priority to server ciphersuite order.
  standard_conforming_strings	on		bool	user				Version and Platform Compatibility / Previous PostgreSQL Versions	Causes '...' strings to treat backslashes literally.
  statement_timeout	0	ms	integer	user	0	2147483647		Client Connection Defaults / Statement Behavior	Sets the maximum allowed duration of any statement.
  stats_fetch_consistency	cache		enum	user			none,cache,snapshot	Statistics / Cumulative Query and Index Statistics	Sets the consistency of accesses to statistics data.
  superuser_reserved_connections	3		integer	postmaster	0	262143		Connections and Authentication / Connection Settings	Sets the number of connection slots reserved for superusers.
  synchronize_seqscans	on		bool	user				Version and Platform Compatibility / Previous PostgreSQL Versions	Enable synchronized sequential scans.
  synchronous_commit	on		enum	user			local,remote_write,remote_apply,on,off	Write-Ahead Log / Settings	Sets the current transaction's synchronization level.
  synchronous_standby_names			string	sighup				Replication / Primary Server	Number of synchronous standbys and list of names of potential synchronous ones.
  syslog_facility	local0		enum	sighup			local0,local1,local2,local3,local4,local5,local6,local7	Reporting and Logging / Where to Log	Sets the syslog "facility" to be used when syslog enabled.
  syslog_ident	postgres		string	sighup				Reporting and Logging / Where to Log	Sets the program name used to identify PostgreSQL messages in syslog.
  syslog_sequence_numbers	on		bool	sighup				Reporting and Logging / Where to Log	Add sequence number to syslog messages to avoid duplicate suppression.
  syslog_split_messages	on		bool	sighup				Reporting and Logging / Where to Log	Split messages sent to syslog by lines and to fit into 1024 bytes.
  tcp_keepalives_count	0		integer	user	0	2147483647		Connections and Authentication / Connection Settings	Maximum number of TCP keepalive retransmits.
  tcp_keepalives_idle	0	s	integer	user	0	2147483647		Connections and Authentication / Connection Settings	Time between issuing TCP keepalives.
  tcp_keepalives_interval	0	s	integer	user	0	2147483647		Connections and Authentication / Connection Settings	Time between TCP keepalive retransmits.
  tcp_user_timeout	0	ms	integer	user	0	2147483647		Connections and Authentication / Connection Settings	TCP user timeout.
  temp_buffers	1024	8kB	integer	user	100	1073741823		Resource Usage / Memory	Sets the maximum number of temporary buffers used by each session.
  temp_file_limit	-1	kB	integer	superuser	-1	2147483647		Resource Usage / Disk	Limits the total size of all temporary files used by each process.
  temp_tablespaces			string	user				Client Connection Defaults / Statement Behavior	Sets the tablespace(s) to use for temporary tables and sort files.
  timezone_abbreviations	Default		string	user				Client Connection Defaults / Locale and Formatting	Selects a file of time zone abbreviations.
  trace_notify	off		bool	user				Developer Options	Generates debugging output for LISTEN and NOTIFY.
  trace_recovery_messages	log		enum	sighup			debug5,debug4,debug3,debug2,debug1,log,notice,warning,error	Developer Options	Enables logging of recovery-related debugging information.
  trace_sort	off		bool	user				Developer Options	Emit information about resource usage in sorting.
  track_activities	on		bool	superuser				Statistics / Cumulative Query and Index Statistics	Collects information about executing commands.
  track_activity_query_size	1024	B	integer	postmaster	100	1048576		Statistics / Cumulative Query and Index Statistics	Sets the size reserved for pg_stat_activity.query, in bytes.
  track_commit_timestamp	off		bool	postmaster				Replication / Sending Servers	Collects transaction commit time.
  track_counts	on		bool	superuser				Statistics / Cumulative Query and Index Statistics	Collects statistics on database activity.
  track_functions	none		enum	superuser			none,pl,all	Statistics / Cumulative Query and Index Statistics	Collects function-level statistics on database activity.
  track_io_timing	off		bool	superuser				Statistics / Cumulative Query and Index Statistics	Collects timing statistics for database I/O activity.
  track_wal_io_timing	off		bool	superuser				Statistics / Cumulative Query and Index Statistics	Collects timing statistics for WAL I/O activity.
  transaction_deferrable	off		bool	user				Client Connection Defaults / Statement Behavior	Whether to defer a read-only serializable transaction until it can be executed with no possible serialization failures.
  transaction_isolation	read committed		enum	user			serializable,repeatable read,read committed,read uncommitted	Client Connection Defaults / Statement Behavior	Sets the current transaction's isolation level.
  transaction_read_only	off		bool	user				Client Connection Defaults / Statement Behavior	Sets the current transaction's read-only status.
  transform_null_equals	off		bool	user				Version and Platform Compatibility / Other Platforms and Clients	Treats "expr=NULL" as "expr IS NULL".
  unix_socket_directories			string	postmaster				Connections and Authentication / Connection Settings	Sets the directories where Unix-domain sockets will be created.
  unix_socket_group			string	postmaster				Connections and Authentication / Connection Settings	Sets the owning group of the Unix-domain socket.
  unix_socket_permissions	0777		integer	postmaster	0	511		Connections and Authentication / Connection Settings	Sets the access permissions of the Unix-domain socket.
  update_process_title	on		bool	superuser				Reporting and Logging / Process Title	Updates the process title to show the active SQL command.
  vacuum_cost_delay	0	ms	real	user	0	100		Resource Usage / Cost-Based Vacuum Delay	Vacuum cost delay in milliseconds.
  vacuum_cost_limit	200		integer	user	1	10000		Resource Usage / Cost-Based Vacuum Delay	Vacuum cost amount available before napping.
  vacuum_cost_page_dirty	20		integer	user	0	10000		Resource Usage / Cost-Based Vacuum Delay	Vacuum cost for a page dirtied by vacuum.
  vacuum_cost_page_hit	1		integer	user	0	10000		Resource Usage / Cost-Based Vacuum Delay	Vacuum cost for a page found in the buffer cache.
  vacuum_cost_page_miss	2		integer	user	0	10000		Resource Usage / Cost-Based Vacuum Delay	Vacuum cost for a page not found in the buffer cache.
  vacuum_defer_cleanup_age	0		integer	sighup	0	1000000		Replication / Primary Server	Number of transactions by which VACUUM and HOT cleanup should be deferred, if any.
  vacuum_failsafe_age	1600000000		integer	user	0	2100000000		Client Connection Defaults / Statement Behavior	Age at which VACUUM should trigger failsafe to avoid a wraparound outage.
  vacuum_freeze_min_age	50000000		integer	user	0	1000000000		Client Connection Defaults / Statement Behavior	Minimum age at which VACUUM should freeze a table row.
  vacuum_freeze_table_age	150000000		integer	user	0	2000000000		Client Connection Defaults / Statement Behavior	Age at which VACUUM should scan whole table to freeze tuples.
  vacuum_multixact_failsafe_age	1600000000		integer	user	0	2100000000		Client Connection Defaults / Statement Behavior	Multixact age at which VACUUM should trigger failsafe to avoid a wraparound outage.
  vacuum_multixact_freeze_min_age	5000000		integer	user	0	1000000000		Client Connection Defaults / Statement Behavior	Minimum age at which VACUUM should freeze a MultiXactId in a table row.
  vacuum_multixact_freeze_table_age	150000000		integer	user	0	2000000000		Client Connection Defaults / Statement Behavior	Multixact age at which VACUUM should scan whole table to freeze tuples.
  wal_block_size	8192		integer	internal	8192	8192		Preset Options	Shows the block size in the write ahead log.
  wal_buffers	512	8kB	integer	postmaster	-1	262143		Write-Ahead Log / Settings	Sets the number of disk-page buffers in shared memory for WAL.
  wal_compression	off		enum	superuser			pglz,lz4,zstd,on,off	Write-Ahead Log / Settings	Compresses full-page writes written in WAL file with specified method.
  wal_consistency_checking			string	superuser				Developer Options	Sets the WAL resource managers for which WAL consistency checks are done.
  wal_decode_buffer_size	524288	B	integer	postmaster	65536	1073741823		Write-Ahead Log / Recovery	Buffer size for reading ahead in the WAL during recovery.
  wal_init_zero	on		bool	superuser				Write-Ahead Log / Settings	Writes zeroes to new WAL files before first use.
  wal_keep_size	0	MB	integer	sighup	0	2147483647		Replication / Sending Servers	Sets the size of WAL files held for standby servers.
  wal_level	replica		enum	postmaster			minimal,replica,logical	Write-Ahead Log / Settings	Sets the level of information written to the WAL.
  wal_log_hints	off		bool	postmaster				Write-Ahead Log / Settings	Writes full pages to WAL when first modified after a checkpoint, even for a non-critical modification.
  wal_receiver_create_temp_slot	off		bool	sighup				Replication / Standby Servers	Sets whether a WAL receiver should create a temporary replication slot if no permanent slot is configured.
  wal_receiver_status_interval	10	s	integer	sighup	0	2147483		Replication / Standby Servers	Sets the maximum interval between WAL receiver status reports to the sending server.
  wal_receiver_timeout	60000	ms	integer	sighup	0	2147483647		Replication / Standby Servers	Sets the maximum wait time to receive data from the sending server.
  wal_recycle	on		bool	superuser				Write-Ahead Log / Settings	Recycles WAL files by renaming them.
  wal_retrieve_retry_interval	5000	ms	integer	sighup	1	2147483647		Replication / Standby Servers	Sets the time to wait before retrying to retrieve WAL after a failed attempt.
  wal_segment_size	16777216	B	integer	internal	1048576	1073741824		Preset Options	Shows the size of write ahead log segments.
  wal_sender_timeout	60000	ms	integer	user	0	2147483647		Replication / Sending Servers	Sets the maximum time to wait for WAL replication.
  wal_skip_threshold	2048	kB	integer	user	0	2147483647		Write-Ahead Log / Settings	Minimum size of new file to fsync instead of writing WAL.
  wal_sync_method	fdatasync		enum	sighup			fsync,fdatasync,open_sync,open_datasync	Write-Ahead Log / Settings	Selects the method used for forcing WAL updates to disk.
  wal_writer_delay	200	ms	integer	sighup	1	10000		Write-Ahead Log / Settings	Time between WAL flushes performed in the WAL writer.
  wal_writer_flush_after	128	8kB	integer	sighup	0	2147483647		Write-Ahead Log / Settings	Amount of WAL written out by WAL writer that triggers a flush.
  work_mem	4096	kB	integer	user	64	2147483647		Resource Usage / Memory	Sets the maximum memory to be used for query workspaces.
  xmlbinary	base64		enum	user			base64,hex	Client Connection Defaults / Statement Behavior	Sets how binary values are to be encoded in XML.
  xmloption	content		enum	user			content,document	Client Connection Defaults / Statement Behavior	Sets whether XML data in implicit parsing and serialization operations is to be considered as documents or content fragments.
  zero_damaged_pages	off		bool	superuser				Developer Options	Continues processing past damaged page headers.
  """#
