// Facts of PostgreSQL 15's own catalogue (pg_proc), one row per line, fields separated by tabs.
// Facts read from the catalogue of a running PostgreSQL 15 server.

/// name|arguments|result|f function, a aggregate, w window; S set-returning; n not strict; volatility; V variadic; number of defaults|internal name where it differs
let functionFacts: StaticString = #"""
  abbrev	cidr	text	fi	cidr_abbrev
  abbrev	inet	text	fi	inet_abbrev
  abs	float4	float4	fi	float4abs
  abs	float8	float8	fi	float8abs
  abs	int2	int2	fi	int2abs
  abs	int4	int4	fi	int4abs
  abs	int8	int8	fi	int8abs
  abs	numeric	numeric	fi	numeric_abs
  acos	float8	float8	fi	dacos
  acosd	float8	float8	fi	dacosd
  acosh	float8	float8	fi	dacosh
  age	timestamp	interval	fs
  age	timestamp,timestamp	interval	fi	timestamp_age
  age	timestamptz	interval	fs
  age	timestamptz,timestamptz	interval	fi	timestamptz_age
  age	xid	int4	fs	xid_age
  array_agg	anyarray	anyarray	ani
  array_agg	anynonarray	anyarray	ani
  array_append	anycompatiblearray,anycompatible	anycompatiblearray	fni
  array_cat	anycompatiblearray,anycompatiblearray	anycompatiblearray	fni
  array_prepend	anycompatible,anycompatiblearray	anycompatiblearray	fni
  array_dims	anyarray	text	fi
  array_fill	anyelement,_int4	anyarray	fni
  array_fill	anyelement,_int4,_int4	anyarray	fni	array_fill_with_lower_bounds
  array_length	anyarray,int4	int4	fi
  array_lower	anyarray,int4	int4	fi
  array_ndims	anyarray	int4	fi
  array_position	anycompatiblearray,anycompatible	int4	fni
  array_position	anycompatiblearray,anycompatible,int4	int4	fni	array_position_start
  array_positions	anycompatiblearray,anycompatible	_int4	fni
  array_remove	anycompatiblearray,anycompatible	anycompatiblearray	fni
  array_replace	anycompatiblearray,anycompatible,anycompatible	anycompatiblearray	fni
  array_to_json	anyarray	json	fs
  array_to_json	anyarray,bool	json	fs	array_to_json_pretty
  array_to_string	anyarray,text	text	fs	array_to_text
  array_to_string	anyarray,text,text	text	fns	array_to_text_null
  array_upper	anyarray,int4	int4	fi
  ascii	text	int4	fi
  asin	float8	float8	fi	dasin
  asind	float8	float8	fi	dasind
  asinh	float8	float8	fi	dasinh
  atan	float8	float8	fi	datan
  atan2	float8,float8	float8	fi	datan2
  atan2d	float8,float8	float8	fi	datan2d
  atand	float8	float8	fi	datand
  atanh	float8	float8	fi	datanh
  avg	float4	float8	ani
  avg	float8	float8	ani
  avg	int2	numeric	ani
  avg	int4	numeric	ani
  avg	int8	numeric	ani
  avg	interval	interval	ani
  avg	numeric	numeric	ani
  bit_and	int2	int2	ani
  bit_and	int4	int4	ani
  bit_and	int8	int8	ani
  bit_count	bytea	int8	fi	bytea_bit_count
  bit_length	bytea	int4	fi
  bit_length	text	int4	fi
  bit_or	int2	int2	ani
  bit_or	int4	int4	ani
  bit_or	int8	int8	ani
  bit_xor	int2	int2	ani
  bit_xor	int4	int4	ani
  bit_xor	int8	int8	ani
  bool	int4	bool	fi	int4_bool
  bool	jsonb	bool	fi	jsonb_bool
  bool_and	bool	bool	ani
  bool_or	bool	bool	ani
  broadcast	inet	inet	fi	network_broadcast
  btrim	bytea,bytea	bytea	fi	byteatrim
  btrim	text	text	fi	btrim1
  btrim	text,text	text	fi
  cardinality	anyarray	int4	fi	array_cardinality
  cash_words	money	text	fi
  cbrt	float8	float8	fi	dcbrt
  ceil	float8	float8	fi	dceil
  ceil	numeric	numeric	fi	numeric_ceil
  ceiling	float8	float8	fi	dceil
  ceiling	numeric	numeric	fi	numeric_ceil
  char	int4	char	fi	i4tochar
  char	text	char	fi	text_char
  char_length	bpchar	int4	fi	bpcharlen
  char_length	text	int4	fi	textlen
  character_length	bpchar	int4	fi	bpcharlen
  character_length	text	int4	fi	textlen
  chr	int4	text	fi
  clock_timestamp		timestamptz	fv
  col_description	oid,int4	text	fs
  concat	any	text	fnsV	text_concat
  concat_ws	text,any	text	fnsV	text_concat_ws
  convert	bytea,name,name	bytea	fs	pg_convert
  convert_from	bytea,name	text	fs	pg_convert_from
  convert_to	text,name	bytea	fs	pg_convert_to
  corr	float8,float8	float8	ani
  cos	float8	float8	fi	dcos
  cosd	float8	float8	fi	dcosd
  cosh	float8	float8	fi	dcosh
  cot	float8	float8	fi	dcot
  cotd	float8	float8	fi	dcotd
  count		int8	ani
  count	any	int8	ani
  covar_pop	float8,float8	float8	ani
  covar_samp	float8,float8	float8	ani
  cume_dist		float8	wni	window_cume_dist
  cume_dist	any	float8	aniV
  current_database		name	fs
  current_query		text	fnv
  current_schema		name	fs
  current_schemas	bool	_name	fs
  current_setting	text	text	fs	show_config_by_name
  current_setting	text,bool	text	fs	show_config_by_name_missing_ok
  current_user		name	fs
  currval	regclass	int8	fv	currval_oid
  date	timestamp	date	fi	timestamp_date
  date	timestamptz	date	fs	timestamptz_date
  date_bin	interval,timestamp,timestamp	timestamp	fi	timestamp_bin
  date_bin	interval,timestamptz,timestamptz	timestamptz	fi	timestamptz_bin
  date_part	text,date	float8	fi
  date_part	text,interval	float8	fi	interval_part
  date_part	text,time	float8	fi	time_part
  date_part	text,timestamp	float8	fi	timestamp_part
  date_part	text,timestamptz	float8	fs	timestamptz_part
  date_part	text,timetz	float8	fi	timetz_part
  date_trunc	text,interval	interval	fi	interval_trunc
  date_trunc	text,timestamp	timestamp	fi	timestamp_trunc
  date_trunc	text,timestamptz	timestamptz	fs	timestamptz_trunc
  date_trunc	text,timestamptz,text	timestamptz	fs	timestamptz_trunc_zone
  daterange	date,date	daterange	fni	range_constructor2
  daterange	date,date,text	daterange	fni	range_constructor3
  decode	text,text	bytea	fi	binary_decode
  degrees	float8	float8	fi
  dense_rank		int8	wni	window_dense_rank
  dense_rank	any	int8	aniV
  div	numeric,numeric	numeric	fi	numeric_div_trunc
  encode	bytea,text	text	fi	binary_encode
  enum_first	anyenum	anyenum	fns
  enum_last	anyenum	anyenum	fns
  enum_range	anyenum	anyarray	fns	enum_range_all
  enum_range	anyenum,anyenum	anyarray	fns	enum_range_bounds
  every	bool	bool	ani
  exp	float8	float8	fi	dexp
  exp	numeric	numeric	fi	numeric_exp
  extract	text,date	numeric	fi	extract_date
  extract	text,interval	numeric	fi	extract_interval
  extract	text,time	numeric	fi	extract_time
  extract	text,timestamp	numeric	fi	extract_timestamp
  extract	text,timestamptz	numeric	fs	extract_timestamptz
  extract	text,timetz	numeric	fi	extract_timetz
  factorial	int8	numeric	fi	numeric_fac
  family	inet	int4	fi	network_family
  first_value	anyelement	anyelement	wi	window_first_value
  float4	float8	float4	fi	dtof
  float4	int2	float4	fi	i2tof
  float4	int4	float4	fi	i4tof
  float4	int8	float4	fi	i8tof
  float4	jsonb	float4	fi	jsonb_float4
  float4	numeric	float4	fi	numeric_float4
  float8	float4	float8	fi	ftod
  float8	int2	float8	fi	i2tod
  float8	int4	float8	fi	i4tod
  float8	int8	float8	fi	i8tod
  float8	jsonb	float8	fi	jsonb_float8
  float8	numeric	float8	fi	numeric_float8
  floor	float8	float8	fi	dfloor
  floor	numeric	numeric	fi	numeric_floor
  format	text	text	fns	text_format_nv
  format	text,any	text	fnsV	text_format
  format_type	oid,int4	text	fns
  gcd	int4,int4	int4	fi	int4gcd
  gcd	int8,int8	int8	fi	int8gcd
  gcd	numeric,numeric	numeric	fi	numeric_gcd
  gen_random_uuid		uuid	fv
  generate_series	int4,int4	int4	fSi	generate_series_int4
  generate_series	int4,int4,int4	int4	fSi	generate_series_step_int4
  generate_series	int8,int8	int8	fSi	generate_series_int8
  generate_series	int8,int8,int8	int8	fSi	generate_series_step_int8
  generate_series	numeric,numeric	numeric	fSi	generate_series_numeric
  generate_series	numeric,numeric,numeric	numeric	fSi	generate_series_step_numeric
  generate_series	timestamp,timestamp,interval	timestamp	fSi	generate_series_timestamp
  generate_series	timestamptz,timestamptz,interval	timestamptz	fSs	generate_series_timestamptz
  generate_subscripts	anyarray,int4	int4	fSi	generate_subscripts_nodir
  generate_subscripts	anyarray,int4,bool	int4	fSi
  get_bit	bytea,int8	int4	fi	byteaGetBit
  get_byte	bytea,int4	int4	fi	byteaGetByte
  getdatabaseencoding		name	fs
  getpgusername		name	fs	current_user
  has_any_column_privilege	name,oid,text	bool	fs	has_any_column_privilege_name_id
  has_any_column_privilege	name,text,text	bool	fs	has_any_column_privilege_name_name
  has_any_column_privilege	oid,oid,text	bool	fs	has_any_column_privilege_id_id
  has_any_column_privilege	oid,text	bool	fs	has_any_column_privilege_id
  has_any_column_privilege	oid,text,text	bool	fs	has_any_column_privilege_id_name
  has_any_column_privilege	text,text	bool	fs	has_any_column_privilege_name
  has_column_privilege	name,oid,int2,text	bool	fs	has_column_privilege_name_id_attnum
  has_column_privilege	name,oid,text,text	bool	fs	has_column_privilege_name_id_name
  has_column_privilege	name,text,int2,text	bool	fs	has_column_privilege_name_name_attnum
  has_column_privilege	name,text,text,text	bool	fs	has_column_privilege_name_name_name
  has_column_privilege	oid,int2,text	bool	fs	has_column_privilege_id_attnum
  has_column_privilege	oid,oid,int2,text	bool	fs	has_column_privilege_id_id_attnum
  has_column_privilege	oid,oid,text,text	bool	fs	has_column_privilege_id_id_name
  has_column_privilege	oid,text,int2,text	bool	fs	has_column_privilege_id_name_attnum
  has_column_privilege	oid,text,text	bool	fs	has_column_privilege_id_name
  has_column_privilege	oid,text,text,text	bool	fs	has_column_privilege_id_name_name
  has_column_privilege	text,int2,text	bool	fs	has_column_privilege_name_attnum
  has_column_privilege	text,text,text	bool	fs	has_column_privilege_name_name
  has_database_privilege	name,oid,text	bool	fs	has_database_privilege_name_id
  has_database_privilege	name,text,text	bool	fs	has_database_privilege_name_name
  has_database_privilege	oid,oid,text	bool	fs	has_database_privilege_id_id
  has_database_privilege	oid,text	bool	fs	has_database_privilege_id
  has_database_privilege	oid,text,text	bool	fs	has_database_privilege_id_name
  has_database_privilege	text,text	bool	fs	has_database_privilege_name
  has_foreign_data_wrapper_privilege	name,oid,text	bool	fs	has_foreign_data_wrapper_privilege_name_
  has_foreign_data_wrapper_privilege	name,text,text	bool	fs	has_foreign_data_wrapper_privilege_name_
  has_foreign_data_wrapper_privilege	oid,oid,text	bool	fs	has_foreign_data_wrapper_privilege_id_id
  has_foreign_data_wrapper_privilege	oid,text	bool	fs	has_foreign_data_wrapper_privilege_id
  has_foreign_data_wrapper_privilege	oid,text,text	bool	fs	has_foreign_data_wrapper_privilege_id_na
  has_foreign_data_wrapper_privilege	text,text	bool	fs	has_foreign_data_wrapper_privilege_name
  has_function_privilege	name,oid,text	bool	fs	has_function_privilege_name_id
  has_function_privilege	name,text,text	bool	fs	has_function_privilege_name_name
  has_function_privilege	oid,oid,text	bool	fs	has_function_privilege_id_id
  has_function_privilege	oid,text	bool	fs	has_function_privilege_id
  has_function_privilege	oid,text,text	bool	fs	has_function_privilege_id_name
  has_function_privilege	text,text	bool	fs	has_function_privilege_name
  has_language_privilege	name,oid,text	bool	fs	has_language_privilege_name_id
  has_language_privilege	name,text,text	bool	fs	has_language_privilege_name_name
  has_language_privilege	oid,oid,text	bool	fs	has_language_privilege_id_id
  has_language_privilege	oid,text	bool	fs	has_language_privilege_id
  has_language_privilege	oid,text,text	bool	fs	has_language_privilege_id_name
  has_language_privilege	text,text	bool	fs	has_language_privilege_name
  has_parameter_privilege	name,text,text	bool	fs	has_parameter_privilege_name_name
  has_parameter_privilege	oid,text,text	bool	fs	has_parameter_privilege_id_name
  has_parameter_privilege	text,text	bool	fs	has_parameter_privilege_name
  has_schema_privilege	name,oid,text	bool	fs	has_schema_privilege_name_id
  has_schema_privilege	name,text,text	bool	fs	has_schema_privilege_name_name
  has_schema_privilege	oid,oid,text	bool	fs	has_schema_privilege_id_id
  has_schema_privilege	oid,text	bool	fs	has_schema_privilege_id
  has_schema_privilege	oid,text,text	bool	fs	has_schema_privilege_id_name
  has_schema_privilege	text,text	bool	fs	has_schema_privilege_name
  has_sequence_privilege	name,oid,text	bool	fs	has_sequence_privilege_name_id
  has_sequence_privilege	name,text,text	bool	fs	has_sequence_privilege_name_name
  has_sequence_privilege	oid,oid,text	bool	fs	has_sequence_privilege_id_id
  has_sequence_privilege	oid,text	bool	fs	has_sequence_privilege_id
  has_sequence_privilege	oid,text,text	bool	fs	has_sequence_privilege_id_name
  has_sequence_privilege	text,text	bool	fs	has_sequence_privilege_name
  has_server_privilege	name,oid,text	bool	fs	has_server_privilege_name_id
  has_server_privilege	name,text,text	bool	fs	has_server_privilege_name_name
  has_server_privilege	oid,oid,text	bool	fs	has_server_privilege_id_id
  has_server_privilege	oid,text	bool	fs	has_server_privilege_id
  has_server_privilege	oid,text,text	bool	fs	has_server_privilege_id_name
  has_server_privilege	text,text	bool	fs	has_server_privilege_name
  has_table_privilege	name,oid,text	bool	fs	has_table_privilege_name_id
  has_table_privilege	name,text,text	bool	fs	has_table_privilege_name_name
  has_table_privilege	oid,oid,text	bool	fs	has_table_privilege_id_id
  has_table_privilege	oid,text	bool	fs	has_table_privilege_id
  has_table_privilege	oid,text,text	bool	fs	has_table_privilege_id_name
  has_table_privilege	text,text	bool	fs	has_table_privilege_name
  has_tablespace_privilege	name,oid,text	bool	fs	has_tablespace_privilege_name_id
  has_tablespace_privilege	name,text,text	bool	fs	has_tablespace_privilege_name_name
  has_tablespace_privilege	oid,oid,text	bool	fs	has_tablespace_privilege_id_id
  has_tablespace_privilege	oid,text	bool	fs	has_tablespace_privilege_id
  has_tablespace_privilege	oid,text,text	bool	fs	has_tablespace_privilege_id_name
  has_tablespace_privilege	text,text	bool	fs	has_tablespace_privilege_name
  has_type_privilege	name,oid,text	bool	fs	has_type_privilege_name_id
  has_type_privilege	name,text,text	bool	fs	has_type_privilege_name_name
  has_type_privilege	oid,oid,text	bool	fs	has_type_privilege_id_id
  has_type_privilege	oid,text	bool	fs	has_type_privilege_id
  has_type_privilege	oid,text,text	bool	fs	has_type_privilege_id_name
  has_type_privilege	text,text	bool	fs	has_type_privilege_name
  hashtext	text	int4	fi
  hashtextextended	text,int8	int8	fi
  host	inet	text	fi	network_host
  hostmask	inet	inet	fi	network_hostmask
  initcap	text	text	fi
  int2	float4	int2	fi	ftoi2
  int2	float8	int2	fi	dtoi2
  int2	int4	int2	fi	i4toi2
  int2	int8	int2	fi	int82
  int2	jsonb	int2	fi	jsonb_int2
  int2	numeric	int2	fi	numeric_int2
  int4	bool	int4	fi	bool_int4
  int4	char	int4	fi	chartoi4
  int4	float4	int4	fi	ftoi4
  int4	float8	int4	fi	dtoi4
  int4	int2	int4	fi	i2toi4
  int4	int8	int4	fi	int84
  int4	jsonb	int4	fi	jsonb_int4
  int4	numeric	int4	fi	numeric_int4
  int4range	int4,int4	int4range	fni	range_constructor2
  int4range	int4,int4,text	int4range	fni	range_constructor3
  int8	float4	int8	fi	ftoi8
  int8	float8	int8	fi	dtoi8
  int8	int2	int8	fi	int28
  int8	int4	int8	fi	int48
  int8	jsonb	int8	fi	jsonb_int8
  int8	numeric	int8	fi	numeric_int8
  int8	oid	int8	fi	oidtoi8
  int8range	int8,int8	int8range	fni	range_constructor2
  int8range	int8,int8,text	int8range	fni	range_constructor3
  interval	interval,int4	interval	fi	interval_scale
  interval	time	interval	fi	time_interval
  is_normalized	text,text	bool	fi1	unicode_is_normalized
  isempty	anyrange	bool	fi	range_empty
  isfinite	date	bool	fi	date_finite
  isfinite	interval	bool	fi	interval_finite
  isfinite	timestamp	bool	fi	timestamp_finite
  isfinite	timestamptz	bool	fi	timestamp_finite
  json_agg	anyelement	json	ans
  json_array_elements	json	json	fSi
  json_array_elements_text	json	text	fSi
  json_array_length	json	int4	fi
  json_build_array		json	fns	json_build_array_noargs
  json_build_array	any	json	fnsV
  json_build_object		json	fns	json_build_object_noargs
  json_build_object	any	json	fnsV
  json_each	json	record	fSi
  json_each_text	json	record	fSi
  json_object	_text	json	fi
  json_object	_text,_text	json	fi	json_object_two_arg
  json_object_agg	any,any	json	ans
  json_object_keys	json	text	fSi
  json_populate_record	anyelement,json,bool	anyelement	fns1
  json_populate_recordset	anyelement,json,bool	anyelement	fSns1
  json_strip_nulls	json	json	fi
  json_to_record	json	record	fs
  json_to_recordset	json	record	fSns
  json_typeof	json	text	fi
  jsonb_agg	anyelement	jsonb	ans
  jsonb_array_elements	jsonb	jsonb	fSi
  jsonb_array_elements_text	jsonb	text	fSi
  jsonb_array_length	jsonb	int4	fi
  jsonb_build_array		jsonb	fns	jsonb_build_array_noargs
  jsonb_build_array	any	jsonb	fnsV
  jsonb_build_object		jsonb	fns	jsonb_build_object_noargs
  jsonb_build_object	any	jsonb	fnsV
  jsonb_each	jsonb	record	fSi
  jsonb_each_text	jsonb	record	fSi
  jsonb_insert	jsonb,_text,jsonb,bool	jsonb	fi1
  jsonb_object	_text	jsonb	fi
  jsonb_object	_text,_text	jsonb	fi	jsonb_object_two_arg
  jsonb_object_agg	any,any	jsonb	ani
  jsonb_object_keys	jsonb	text	fSi
  jsonb_path_exists	jsonb,jsonpath,jsonb,bool	bool	fi2
  jsonb_path_match	jsonb,jsonpath,jsonb,bool	bool	fi2
  jsonb_path_query	jsonb,jsonpath,jsonb,bool	jsonb	fSi2
  jsonb_path_query_array	jsonb,jsonpath,jsonb,bool	jsonb	fi2
  jsonb_path_query_first	jsonb,jsonpath,jsonb,bool	jsonb	fi2
  jsonb_populate_record	anyelement,jsonb	anyelement	fns
  jsonb_populate_recordset	anyelement,jsonb	anyelement	fSns
  jsonb_pretty	jsonb	text	fi
  jsonb_set	jsonb,_text,jsonb,bool	jsonb	fi1
  jsonb_set_lax	jsonb,_text,jsonb,bool,text	jsonb	fni2
  jsonb_strip_nulls	jsonb	jsonb	fi
  jsonb_to_record	jsonb	record	fs
  jsonb_to_recordset	jsonb	record	fSns
  jsonb_typeof	jsonb	text	fi
  justify_days	interval	interval	fi	interval_justify_days
  justify_hours	interval	interval	fi	interval_justify_hours
  justify_interval	interval	interval	fi	interval_justify_interval
  lag	anycompatible,int4,anycompatible	anycompatible	wi	window_lag_with_offset_and_default
  lag	anyelement	anyelement	wi	window_lag
  lag	anyelement,int4	anyelement	wi	window_lag_with_offset
  last_value	anyelement	anyelement	wi	window_last_value
  lastval		int8	fv
  lcm	int4,int4	int4	fi	int4lcm
  lcm	int8,int8	int8	fi	int8lcm
  lcm	numeric,numeric	numeric	fi	numeric_lcm
  lead	anycompatible,int4,anycompatible	anycompatible	wi	window_lead_with_offset_and_default
  lead	anyelement	anyelement	wi	window_lead
  lead	anyelement,int4	anyelement	wi	window_lead_with_offset
  left	text,int4	text	fi	text_left
  length	bpchar	int4	fi	bpcharlen
  length	bytea	int4	fi	byteaoctetlen
  length	bytea,name	int4	fs	length_in_encoding
  length	text	int4	fi	textlen
  like	bytea,bytea	bool	fi	bytealike
  like	name,text	bool	fi	namelike
  like	text,text	bool	fi	textlike
  like_escape	bytea,bytea	bytea	fi	like_escape_bytea
  like_escape	text,text	text	fi
  ln	float8	float8	fi	dlog1
  ln	numeric	numeric	fi	numeric_ln
  log	float8	float8	fi	dlog10
  log	numeric	numeric	fi
  log	numeric,numeric	numeric	fi	numeric_log
  log10	float8	float8	fi	dlog10
  log10	numeric	numeric	fi
  loread	int4,int4	bytea	fv	be_loread
  lower	anyrange	anyelement	fi	range_lower
  lower	text	text	fi
  lower_inf	anyrange	bool	fi	range_lower_inf
  lowrite	int4,bytea	int4	fv	be_lowrite
  lpad	text,int4	text	fi
  lpad	text,int4,text	text	fi
  ltrim	bytea,bytea	bytea	fi	bytealtrim
  ltrim	text	text	fi	ltrim1
  ltrim	text,text	text	fi
  make_date	int4,int4,int4	date	fi
  make_interval	int4,int4,int4,int4,int4,int4,float8	interval	fi7
  make_time	int4,int4,float8	time	fi
  make_timestamp	int4,int4,int4,int4,int4,float8	timestamp	fi
  make_timestamptz	int4,int4,int4,int4,int4,float8	timestamptz	fs
  make_timestamptz	int4,int4,int4,int4,int4,float8,text	timestamptz	fs	make_timestamptz_at_timezone
  masklen	inet	int4	fi	network_masklen
  max	anyarray	anyarray	ani
  max	anyenum	anyenum	ani
  max	bpchar	bpchar	ani
  max	date	date	ani
  max	float4	float4	ani
  max	float8	float8	ani
  max	inet	inet	ani
  max	int2	int2	ani
  max	int4	int4	ani
  max	int8	int8	ani
  max	interval	interval	ani
  max	money	money	ani
  max	numeric	numeric	ani
  max	oid	oid	ani
  max	pg_lsn	pg_lsn	ani
  max	text	text	ani
  max	tid	tid	ani
  max	time	time	ani
  max	timestamp	timestamp	ani
  max	timestamptz	timestamptz	ani
  max	timetz	timetz	ani
  md5	bytea	text	fi	md5_bytea
  md5	text	text	fi	md5_text
  min	anyarray	anyarray	ani
  min	anyenum	anyenum	ani
  min	bpchar	bpchar	ani
  min	date	date	ani
  min	float4	float4	ani
  min	float8	float8	ani
  min	inet	inet	ani
  min	int2	int2	ani
  min	int4	int4	ani
  min	int8	int8	ani
  min	interval	interval	ani
  min	money	money	ani
  min	numeric	numeric	ani
  min	oid	oid	ani
  min	pg_lsn	pg_lsn	ani
  min	text	text	ani
  min	tid	tid	ani
  min	time	time	ani
  min	timestamp	timestamp	ani
  min	timestamptz	timestamptz	ani
  min	timetz	timetz	ani
  min_scale	numeric	int4	fi	numeric_min_scale
  mod	int2,int2	int2	fi	int2mod
  mod	int4,int4	int4	fi	int4mod
  mod	int8,int8	int8	fi	int8mod
  mod	numeric,numeric	numeric	fi	numeric_mod
  mode	anyelement	anyelement	ani
  money	int4	money	fs	int4_cash
  money	int8	money	fs	int8_cash
  money	numeric	money	fs	numeric_cash
  mxid_age	xid	int4	fs
  name	bpchar	name	fi	bpchar_name
  name	text	name	fi	text_name
  name	varchar	name	fi	text_name
  nameconcatoid	name,oid	name	fi
  netmask	inet	inet	fi	network_netmask
  nextval	regclass	int8	fv	nextval_oid
  normalize	text,text	text	fi1	unicode_normalize_func
  notlike	bytea,bytea	bool	fi	byteanlike
  notlike	name,text	bool	fi	namenlike
  notlike	text,text	bool	fi	textnlike
  now		timestamptz	fs
  nth_value	anyelement,int4	anyelement	wi	window_nth_value
  ntile	int4	int4	wi	window_ntile
  num_nonnulls	any	int4	fniV	pg_num_nonnulls
  num_nulls	any	int4	fniV	pg_num_nulls
  numeric	float4	numeric	fi	float4_numeric
  numeric	float8	numeric	fi	float8_numeric
  numeric	int2	numeric	fi	int2_numeric
  numeric	int4	numeric	fi	int4_numeric
  numeric	int8	numeric	fi	int8_numeric
  numeric	jsonb	numeric	fi	jsonb_numeric
  numeric	money	numeric	fs	cash_numeric
  numeric	numeric,int4	numeric	fi
  numrange	numeric,numeric	numrange	fni	range_constructor2
  numrange	numeric,numeric,text	numrange	fni	range_constructor3
  obj_description	oid	text	fs
  obj_description	oid,name	text	fs
  octet_length	bpchar	int4	fi	bpcharoctetlen
  octet_length	bytea	int4	fi	byteaoctetlen
  octet_length	text	int4	fi	textoctetlen
  oid	int8	oid	fi	i8tooid
  overlaps	time,interval,time,interval	bool	fni
  overlaps	time,interval,time,time	bool	fni
  overlaps	time,time,time,interval	bool	fni
  overlaps	time,time,time,time	bool	fni	overlaps_time
  overlaps	timestamp,interval,timestamp,interval	bool	fni
  overlaps	timestamp,interval,timestamp,timestamp	bool	fni
  overlaps	timestamp,timestamp,timestamp,interval	bool	fni
  overlaps	timestamp,timestamp,timestamp,timestamp	bool	fni	overlaps_timestamp
  overlaps	timestamptz,interval,timestamptz,interval	bool	fns
  overlaps	timestamptz,interval,timestamptz,timestamptz	bool	fns
  overlaps	timestamptz,timestamptz,timestamptz,interval	bool	fns
  overlaps	timestamptz,timestamptz,timestamptz,timestamptz	bool	fni	overlaps_timestamp
  overlaps	timetz,timetz,timetz,timetz	bool	fni	overlaps_timetz
  overlay	bytea,bytea,int4	bytea	fi	byteaoverlay_no_len
  overlay	bytea,bytea,int4,int4	bytea	fi	byteaoverlay
  overlay	text,text,int4	text	fi	textoverlay_no_len
  overlay	text,text,int4,int4	text	fi	textoverlay
  parse_ident	text,bool	_text	fi1
  percent_rank		float8	wni	window_percent_rank
  percent_rank	any	float8	aniV
  percentile_cont	_float8,float8	_float8	ani
  percentile_cont	_float8,interval	_interval	ani
  percentile_cont	float8,float8	float8	ani
  percentile_cont	float8,interval	interval	ani
  percentile_disc	_float8,anyelement	anyarray	ani
  percentile_disc	float8,anyelement	anyelement	ani
  pg_advisory_lock	int4,int4	void	fv	pg_advisory_lock_int4
  pg_advisory_lock	int8	void	fv	pg_advisory_lock_int8
  pg_advisory_lock_shared	int4,int4	void	fv	pg_advisory_lock_shared_int4
  pg_advisory_lock_shared	int8	void	fv	pg_advisory_lock_shared_int8
  pg_advisory_unlock	int4,int4	bool	fv	pg_advisory_unlock_int4
  pg_advisory_unlock	int8	bool	fv	pg_advisory_unlock_int8
  pg_advisory_unlock_all		void	fv
  pg_advisory_unlock_shared	int4,int4	bool	fv	pg_advisory_unlock_shared_int4
  pg_advisory_unlock_shared	int8	bool	fv	pg_advisory_unlock_shared_int8
  pg_advisory_xact_lock	int4,int4	void	fv	pg_advisory_xact_lock_int4
  pg_advisory_xact_lock	int8	void	fv	pg_advisory_xact_lock_int8
  pg_advisory_xact_lock_shared	int4,int4	void	fv	pg_advisory_xact_lock_shared_int4
  pg_advisory_xact_lock_shared	int8	void	fv	pg_advisory_xact_lock_shared_int8
  pg_available_extension_versions		record	fSs
  pg_available_extensions		record	fSs
  pg_backend_pid		int4	fs
  pg_backup_start	text,bool	pg_lsn	fv1
  pg_backup_stop	bool	record	fv1
  pg_blocking_pids	int4	_int4	fv
  pg_cancel_backend	int4	bool	fv
  pg_char_to_encoding	name	int4	fs	PG_char_to_encoding
  pg_client_encoding		name	fs
  pg_collation_actual_version	oid	text	fv
  pg_collation_for	any	text	fns
  pg_collation_is_visible	oid	bool	fs
  pg_column_compression	any	text	fs
  pg_column_is_updatable	regclass,int2,bool	bool	fs
  pg_column_size	any	int4	fs
  pg_conf_load_time		timestamptz	fs
  pg_conversion_is_visible	oid	bool	fs
  pg_current_logfile		text	fnv
  pg_current_logfile	text	text	fnv	pg_current_logfile_1arg
  pg_current_wal_flush_lsn		pg_lsn	fv
  pg_current_wal_insert_lsn		pg_lsn	fv
  pg_current_wal_lsn		pg_lsn	fv
  pg_cursor		record	fSs
  pg_database_collation_actual_version	oid	text	fv
  pg_database_size	name	int8	fv	pg_database_size_name
  pg_database_size	oid	int8	fv	pg_database_size_oid
  pg_encoding_max_length	int4	int4	fi	pg_encoding_max_length_sql
  pg_encoding_to_char	int4	name	fs	PG_encoding_to_char
  pg_export_snapshot		text	fv
  pg_filenode_relation	oid,oid	regclass	fs
  pg_function_is_visible	oid	bool	fs
  pg_get_backend_memory_contexts		record	fSv
  pg_get_constraintdef	oid	text	fs
  pg_get_constraintdef	oid,bool	text	fs	pg_get_constraintdef_ext
  pg_get_function_arg_default	oid,int4	text	fs
  pg_get_function_arguments	oid	text	fs
  pg_get_function_identity_arguments	oid	text	fs
  pg_get_function_result	oid	text	fs
  pg_get_function_sqlbody	oid	text	fs
  pg_get_functiondef	oid	text	fs
  pg_get_indexdef	oid	text	fs
  pg_get_indexdef	oid,int4,bool	text	fs	pg_get_indexdef_ext
  pg_get_keywords		record	fSs
  pg_get_partition_constraintdef	oid	text	fs
  pg_get_partkeydef	oid	text	fs
  pg_get_publication_tables	text	record	fSs
  pg_get_replica_identity_index	regclass	regclass	fs
  pg_get_replication_slots		record	fSns
  pg_get_ruledef	oid	text	fs
  pg_get_ruledef	oid,bool	text	fs	pg_get_ruledef_ext
  pg_get_serial_sequence	text,text	text	fs
  pg_get_statisticsobjdef	oid	text	fs
  pg_get_statisticsobjdef_columns	oid	text	fs
  pg_get_statisticsobjdef_expressions	oid	_text	fs
  pg_get_triggerdef	oid	text	fs
  pg_get_triggerdef	oid,bool	text	fs	pg_get_triggerdef_ext
  pg_get_userbyid	oid	name	fs
  pg_get_viewdef	oid	text	fs
  pg_get_viewdef	oid,bool	text	fs	pg_get_viewdef_ext
  pg_get_viewdef	oid,int4	text	fs	pg_get_viewdef_wrap
  pg_get_viewdef	text	text	fs	pg_get_viewdef_name
  pg_get_viewdef	text,bool	text	fs	pg_get_viewdef_name_ext
  pg_get_wal_replay_pause_state		text	fv
  pg_get_wal_resource_managers		record	fSv
  pg_has_role	name,name,text	bool	fs	pg_has_role_name_name
  pg_has_role	name,oid,text	bool	fs	pg_has_role_name_id
  pg_has_role	name,text	bool	fs	pg_has_role_name
  pg_has_role	oid,name,text	bool	fs	pg_has_role_id_name
  pg_has_role	oid,oid,text	bool	fs	pg_has_role_id_id
  pg_has_role	oid,text	bool	fs	pg_has_role_id
  pg_hba_file_rules		record	fSv
  pg_ident_file_mappings		record	fSv
  pg_indexes_size	regclass	int8	fv
  pg_is_in_recovery		bool	fv
  pg_is_other_temp_schema	oid	bool	fs
  pg_is_wal_replay_paused		bool	fv
  pg_jit_available		bool	fv
  pg_last_committed_xact		record	fv
  pg_last_wal_receive_lsn		pg_lsn	fv
  pg_last_wal_replay_lsn		pg_lsn	fv
  pg_last_xact_replay_timestamp		timestamptz	fv
  pg_listening_channels		text	fSs
  pg_lock_status		record	fSv
  pg_lsn	numeric	pg_lsn	fi	numeric_pg_lsn
  pg_my_temp_schema		oid	fs
  pg_notification_queue_usage		float8	fv
  pg_notify	text,text	void	fnv
  pg_opclass_is_visible	oid	bool	fs
  pg_operator_is_visible	oid	bool	fs
  pg_opfamily_is_visible	oid	bool	fs
  pg_options_to_table	_text	record	fSs
  pg_postmaster_start_time		timestamptz	fs
  pg_prepared_statement		record	fSs
  pg_prepared_xact		record	fSv
  pg_promote	bool,int4	bool	fv2
  pg_read_binary_file	text	bytea	fv	pg_read_binary_file_all
  pg_read_binary_file	text,int8,int8	bytea	fv	pg_read_binary_file_off_len
  pg_read_binary_file	text,int8,int8,bool	bytea	fv
  pg_read_file	text	text	fv	pg_read_file_all
  pg_read_file	text,int8,int8	text	fv	pg_read_file_off_len
  pg_read_file	text,int8,int8,bool	text	fv	pg_read_file_v2
  pg_read_file_old	text,int8,int8	text	fv	pg_read_file
  pg_relation_filenode	regclass	oid	fs
  pg_relation_filepath	regclass	text	fs
  pg_relation_is_publishable	regclass	bool	fs
  pg_relation_is_updatable	regclass,bool	int4	fs
  pg_relation_size	regclass	int8	fv
  pg_relation_size	regclass,text	int8	fv
  pg_reload_conf		bool	fv
  pg_rotate_logfile		bool	fv	pg_rotate_logfile_v2
  pg_rotate_logfile_old		bool	fv	pg_rotate_logfile
  pg_sequence_parameters	oid	record	fs
  pg_show_all_file_settings		record	fSv	show_all_file_settings
  pg_show_all_settings		record	fSs	show_all_settings
  pg_show_replication_origin_status		record	fSnv
  pg_size_bytes	text	int8	fi
  pg_size_pretty	int8	text	fi
  pg_size_pretty	numeric	text	fi	pg_size_pretty_numeric
  pg_sleep	float8	void	fv
  pg_sleep_for	interval	void	fv
  pg_sleep_until	timestamptz	void	fv
  pg_stat_clear_snapshot		void	fnv
  pg_stat_force_next_flush		void	fnv
  pg_stat_have_stats	text,oid,oid	bool	fv
  pg_statistics_obj_is_visible	oid	bool	fs
  pg_switch_wal		pg_lsn	fv
  pg_table_is_visible	oid	bool	fs
  pg_table_size	regclass	int8	fv
  pg_tablespace_databases	oid	oid	fSs
  pg_tablespace_location	oid	text	fs
  pg_tablespace_size	name	int8	fv	pg_tablespace_size_name
  pg_tablespace_size	oid	int8	fv	pg_tablespace_size_oid
  pg_terminate_backend	int4,int8	bool	fv1
  pg_timezone_abbrevs		record	fSs
  pg_timezone_names		record	fSs
  pg_total_relation_size	regclass	int8	fv
  pg_trigger_depth		int4	fs
  pg_try_advisory_lock	int4,int4	bool	fv	pg_try_advisory_lock_int4
  pg_try_advisory_lock	int8	bool	fv	pg_try_advisory_lock_int8
  pg_try_advisory_lock_shared	int4,int4	bool	fv	pg_try_advisory_lock_shared_int4
  pg_try_advisory_lock_shared	int8	bool	fv	pg_try_advisory_lock_shared_int8
  pg_try_advisory_xact_lock	int4,int4	bool	fv	pg_try_advisory_xact_lock_int4
  pg_try_advisory_xact_lock	int8	bool	fv	pg_try_advisory_xact_lock_int8
  pg_try_advisory_xact_lock_shared	int4,int4	bool	fv	pg_try_advisory_xact_lock_shared_int4
  pg_try_advisory_xact_lock_shared	int8	bool	fv	pg_try_advisory_xact_lock_shared_int8
  pg_type_is_visible	oid	bool	fs
  pg_typeof	any	regtype	fns
  pi		float8	fi	dpi
  position	bytea,bytea	int4	fi	byteapos
  position	text,text	int4	fi	textpos
  pow	float8,float8	float8	fi	dpow
  pow	numeric,numeric	numeric	fi	numeric_power
  power	float8,float8	float8	fi	dpow
  power	numeric,numeric	numeric	fi	numeric_power
  quote_ident	text	text	fi
  quote_literal	anyelement	text	fs
  quote_literal	text	text	fi
  quote_nullable	anyelement	text	fns
  quote_nullable	text	text	fni
  radians	float8	float8	fi
  random		float8	fv	drandom
  range_intersect_agg	anyrange	anyrange	ani
  range_merge	anyrange,anyrange	anyrange	fi
  rank		int8	wni	window_rank
  rank	any	int8	aniV
  regclass	text	regclass	fs	text_regclass
  regexp_count	text,text	int4	fi	regexp_count_no_start
  regexp_count	text,text,int4	int4	fi	regexp_count_no_flags
  regexp_count	text,text,int4,text	int4	fi
  regexp_instr	text,text	int4	fi	regexp_instr_no_start
  regexp_instr	text,text,int4	int4	fi	regexp_instr_no_n
  regexp_instr	text,text,int4,int4	int4	fi	regexp_instr_no_endoption
  regexp_instr	text,text,int4,int4,int4	int4	fi	regexp_instr_no_flags
  regexp_instr	text,text,int4,int4,int4,text	int4	fi	regexp_instr_no_subexpr
  regexp_instr	text,text,int4,int4,int4,text,int4	int4	fi
  regexp_like	text,text	bool	fi	regexp_like_no_flags
  regexp_like	text,text,text	bool	fi
  regexp_match	text,text	_text	fi	regexp_match_no_flags
  regexp_match	text,text,text	_text	fi
  regexp_matches	text,text	_text	fSi	regexp_matches_no_flags
  regexp_matches	text,text,text	_text	fSi
  regexp_replace	text,text,text	text	fi	textregexreplace_noopt
  regexp_replace	text,text,text,int4	text	fi	textregexreplace_extended_no_n
  regexp_replace	text,text,text,int4,int4	text	fi	textregexreplace_extended_no_flags
  regexp_replace	text,text,text,int4,int4,text	text	fi	textregexreplace_extended
  regexp_replace	text,text,text,text	text	fi	textregexreplace
  regexp_split_to_array	text,text	_text	fi	regexp_split_to_array_no_flags
  regexp_split_to_array	text,text,text	_text	fi
  regexp_split_to_table	text,text	text	fSi	regexp_split_to_table_no_flags
  regexp_split_to_table	text,text,text	text	fSi
  regexp_substr	text,text	text	fi	regexp_substr_no_start
  regexp_substr	text,text,int4	text	fi	regexp_substr_no_n
  regexp_substr	text,text,int4,int4	text	fi	regexp_substr_no_flags
  regexp_substr	text,text,int4,int4,text	text	fi	regexp_substr_no_subexpr
  regexp_substr	text,text,int4,int4,text,int4	text	fi
  repeat	text,int4	text	fi
  replace	text,text,text	text	fi	replace_text
  reverse	text	text	fi	text_reverse
  right	text,int4	text	fi	text_right
  round	float8	float8	fi	dround
  round	numeric	numeric	fi
  round	numeric,int4	numeric	fi	numeric_round
  row_number		int8	wni	window_row_number
  row_security_active	oid	bool	fs
  row_security_active	text	bool	fs	row_security_active_name
  row_to_json	record	json	fs
  row_to_json	record,bool	json	fs	row_to_json_pretty
  rpad	text,int4	text	fi
  rpad	text,int4,text	text	fi
  rtrim	bytea,bytea	bytea	fi	byteartrim
  rtrim	text	text	fi	rtrim1
  rtrim	text,text	text	fi
  scale	numeric	int4	fi	numeric_scale
  session_user		name	fs
  set_bit	bytea,int8,int4	bytea	fi	byteaSetBit
  set_byte	bytea,int4,int4	bytea	fi	byteaSetByte
  set_config	text,text,bool	text	fnv	set_config_by_name
  set_masklen	inet,int4	inet	fi	inet_set_masklen
  setseed	float8	void	fv
  setval	regclass,int8	int8	fv	setval_oid
  setval	regclass,int8,bool	int8	fv	setval3_oid
  sha224	bytea	bytea	fi	sha224_bytea
  sha256	bytea	bytea	fi	sha256_bytea
  sha384	bytea	bytea	fi	sha384_bytea
  sha512	bytea	bytea	fi	sha512_bytea
  shobj_description	oid,name	text	fs
  sign	float8	float8	fi	dsign
  sign	numeric	numeric	fi	numeric_sign
  similar_escape	text,text	text	fni
  similar_to_escape	text	text	fi	similar_to_escape_1
  similar_to_escape	text,text	text	fi	similar_to_escape_2
  sin	float8	float8	fi	dsin
  sind	float8	float8	fi	dsind
  sinh	float8	float8	fi	dsinh
  split_part	text,text,int4	text	fi
  sqrt	float8	float8	fi	dsqrt
  sqrt	numeric	numeric	fi	numeric_sqrt
  starts_with	text,text	bool	fi	text_starts_with
  statement_timestamp		timestamptz	fs
  stddev	float4	float8	ani
  stddev	float8	float8	ani
  stddev	int2	numeric	ani
  stddev	int4	numeric	ani
  stddev	int8	numeric	ani
  stddev	numeric	numeric	ani
  stddev_pop	float4	float8	ani
  stddev_pop	float8	float8	ani
  stddev_pop	int2	numeric	ani
  stddev_pop	int4	numeric	ani
  stddev_pop	int8	numeric	ani
  stddev_pop	numeric	numeric	ani
  stddev_samp	float4	float8	ani
  stddev_samp	float8	float8	ani
  stddev_samp	int2	numeric	ani
  stddev_samp	int4	numeric	ani
  stddev_samp	int8	numeric	ani
  stddev_samp	numeric	numeric	ani
  string_agg	bytea,bytea	bytea	ani
  string_agg	text,text	text	ani
  string_to_array	text,text	_text	fni	text_to_array
  string_to_array	text,text,text	_text	fni	text_to_array_null
  string_to_table	text,text	text	fSni	text_to_table
  string_to_table	text,text,text	text	fSni	text_to_table_null
  strpos	text,text	int4	fi	textpos
  substr	bytea,int4	bytea	fi	bytea_substr_no_len
  substr	bytea,int4,int4	bytea	fi	bytea_substr
  substr	text,int4	text	fi	text_substr_no_len
  substr	text,int4,int4	text	fi	text_substr
  substring	bytea,int4	bytea	fi	bytea_substr_no_len
  substring	bytea,int4,int4	bytea	fi	bytea_substr
  substring	text,int4	text	fi	text_substr_no_len
  substring	text,int4,int4	text	fi	text_substr
  substring	text,text	text	fi	textregexsubstr
  substring	text,text,text	text	fi
  sum	float4	float4	ani
  sum	float8	float8	ani
  sum	int2	int8	ani
  sum	int4	int8	ani
  sum	int8	numeric	ani
  sum	interval	interval	ani
  sum	money	money	ani
  sum	numeric	numeric	ani
  tan	float8	float8	fi	dtan
  tand	float8	float8	fi	dtand
  tanh	float8	float8	fi	dtanh
  text	bool	text	fi	booltext
  text	bpchar	text	fi	rtrim1
  text	char	text	fi	char_text
  text	inet	text	fi	network_show
  text	name	text	fi	name_text
  textlen	text	int4	fi
  time	interval	time	fi	interval_time
  time	time,int4	time	fi	time_scale
  time	timestamp	time	fi	timestamp_time
  time	timestamptz	time	fs	timestamptz_time
  time	timetz	time	fi	timetz_time
  timeofday		text	fv
  timestamp	date	timestamp	fi	date_timestamp
  timestamp	date,time	timestamp	fi	datetime_timestamp
  timestamp	timestamp,int4	timestamp	fi	timestamp_scale
  timestamp	timestamptz	timestamp	fs	timestamptz_timestamp
  timestamptz	date	timestamptz	fs	date_timestamptz
  timestamptz	date,time	timestamptz	fs
  timestamptz	date,timetz	timestamptz	fi	datetimetz_timestamptz
  timestamptz	timestamp	timestamptz	fs	timestamp_timestamptz
  timestamptz	timestamptz,int4	timestamptz	fi	timestamptz_scale
  timetz	time	timetz	fs	time_timetz
  timetz	timestamptz	timetz	fs	timestamptz_timetz
  timetz	timetz,int4	timetz	fi	timetz_scale
  timezone	interval,timestamp	timestamptz	fi	timestamp_izone
  timezone	interval,timestamptz	timestamp	fi	timestamptz_izone
  timezone	interval,timetz	timetz	fi	timetz_izone
  timezone	text,timestamp	timestamptz	fi	timestamp_zone
  timezone	text,timestamptz	timestamp	fi	timestamptz_zone
  timezone	text,timetz	timetz	fs	timetz_zone
  to_char	float4,text	text	fs	float4_to_char
  to_char	float8,text	text	fs	float8_to_char
  to_char	int4,text	text	fs	int4_to_char
  to_char	int8,text	text	fs	int8_to_char
  to_char	interval,text	text	fs	interval_to_char
  to_char	numeric,text	text	fs	numeric_to_char
  to_char	timestamp,text	text	fs	timestamp_to_char
  to_char	timestamptz,text	text	fs	timestamptz_to_char
  to_date	text,text	date	fs
  to_hex	int4	text	fi	to_hex32
  to_hex	int8	text	fi	to_hex64
  to_json	anyelement	json	fs
  to_jsonb	anyelement	jsonb	fs
  to_number	text,text	numeric	fs	numeric_to_number
  to_regclass	text	regclass	fs
  to_regnamespace	text	regnamespace	fs
  to_regproc	text	regproc	fs
  to_regprocedure	text	regprocedure	fs
  to_regrole	text	regrole	fs
  to_regtype	text	regtype	fs
  to_timestamp	float8	timestamptz	fi	float8_timestamptz
  to_timestamp	text,text	timestamptz	fs
  transaction_timestamp		timestamptz	fs	now
  translate	text,text,text	text	fi
  trim_array	anyarray,int4	anyarray	fi
  trim_scale	numeric	numeric	fi	numeric_trim_scale
  trunc	float8	float8	fi	dtrunc
  trunc	numeric	numeric	fi
  trunc	numeric,int4	numeric	fi	numeric_trunc
  tsrange	timestamp,timestamp	tsrange	fni	range_constructor2
  tsrange	timestamp,timestamp,text	tsrange	fni	range_constructor3
  tstzrange	timestamptz,timestamptz	tstzrange	fni	range_constructor2
  tstzrange	timestamptz,timestamptz,text	tstzrange	fni	range_constructor3
  unistr	text	text	fi
  unnest	anyarray	anyelement	fSi	array_unnest
  upper	anyrange	anyelement	fi	range_upper
  upper	text	text	fi
  upper_inf	anyrange	bool	fi	range_upper_inf
  var_pop	float4	float8	ani
  var_pop	float8	float8	ani
  var_pop	int2	numeric	ani
  var_pop	int4	numeric	ani
  var_pop	int8	numeric	ani
  var_pop	numeric	numeric	ani
  var_samp	float4	float8	ani
  var_samp	float8	float8	ani
  var_samp	int2	numeric	ani
  var_samp	int4	numeric	ani
  var_samp	int8	numeric	ani
  var_samp	numeric	numeric	ani
  varchar	name	varchar	fi	name_text
  varchar	varchar,int4,bool	varchar	fi
  variance	float4	float8	ani
  variance	float8	float8	ani
  variance	int2	numeric	ani
  variance	int4	numeric	ani
  variance	int8	numeric	ani
  variance	numeric	numeric	ani
  version		text	fs	pgsql_version
  width_bucket	anycompatible,anycompatiblearray	int4	fi	width_bucket_array
  width_bucket	float8,float8,float8,int4	int4	fi	width_bucket_float8
  width_bucket	numeric,numeric,numeric,int4	int4	fi	width_bucket_numeric
  network	inet	cidr	fi
  bit_count	bit	int8	fi	bit_bit_count
  inet_server_addr		inet	fns
  inet_client_addr		inet	fns
  inet_server_port		int4	fns
  inet_client_port		int4	fns
  txid_current		int8	fv
  get_bit	bit,int4	int4	fi	bitgetbit
  get_current_ts_config		regconfig	fs
  length	bit	int4	fi	bitlength
  length	tsvector	int4	fi	tsvector_length
  lower_inc	anyrange	bool	fi	range_lower_inc
  numnode	tsquery	int4	fi	tsquery_numnode
  pg_current_xact_id		xid8	fs
  pg_get_expr	text,oid	text	fs
  pg_get_expr	text,oid,bool	text	fs	pg_get_expr_ext
  pg_partition_ancestors	regclass	regclass	fSv
  pg_partition_root	regclass	regclass	fi
  pg_partition_tree	regclass	record	fSv
  phraseto_tsquery	regconfig,text	tsquery	fi	phraseto_tsquery_byid
  phraseto_tsquery	text	tsquery	fs
  plainto_tsquery	regconfig,text	tsquery	fi	plainto_tsquery_byid
  plainto_tsquery	text	tsquery	fs
  regr_avgx	float8,float8	float8	ani
  regr_avgy	float8,float8	float8	ani
  regr_count	float8,float8	int8	ani
  regr_intercept	float8,float8	float8	ani
  regr_r2	float8,float8	float8	ani
  regr_slope	float8,float8	float8	ani
  regr_sxx	float8,float8	float8	ani
  regr_sxy	float8,float8	float8	ani
  regr_syy	float8,float8	float8	ani
  set_bit	bit,int4,int4	bit	fi	bitsetbit
  setweight	tsvector,char	tsvector	fi	tsvector_setweight
  setweight	tsvector,char,_text	tsvector	fi	tsvector_setweight_by_filter
  strip	tsvector	tsvector	fi	tsvector_strip
  to_tsquery	regconfig,text	tsquery	fi	to_tsquery_byid
  to_tsquery	text	tsquery	fs
  to_tsvector	regconfig,text	tsvector	fi	to_tsvector_byid
  to_tsvector	text	tsvector	fs
  ts_delete	tsvector,_text	tsvector	fi	tsvector_delete_arr
  ts_delete	tsvector,text	tsvector	fi	tsvector_delete_str
  ts_rank	_float4,tsvector,tsquery	float4	fi	ts_rank_wtt
  ts_rank	_float4,tsvector,tsquery,int4	float4	fi	ts_rank_wttf
  ts_rank	tsvector,tsquery	float4	fi	ts_rank_tt
  ts_rank	tsvector,tsquery,int4	float4	fi	ts_rank_ttf
  tsquery_phrase	tsquery,tsquery	tsquery	fi
  tsquery_phrase	tsquery,tsquery,int4	tsquery	fi	tsquery_phrase_distance
  tsvector_to_array	tsvector	_text	fi
  upper_inc	anyrange	bool	fi	range_upper_inc
  websearch_to_tsquery	regconfig,text	tsquery	fi	websearch_to_tsquery_byid
  websearch_to_tsquery	text	tsquery	fs
  """#
