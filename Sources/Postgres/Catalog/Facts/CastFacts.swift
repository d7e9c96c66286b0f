// Facts of PostgreSQL 15's own catalogue (pg_cast), one row per line, fields separated by tabs.
// Facts read from the catalogue of a running PostgreSQL 15 server.

/// source|target|context|method|function
let castFacts: StaticString = #"""
  int8	int2	a	f	int82
  int8	int4	a	f	int84
  int8	float4	i	f	i8tof
  int8	float8	i	f	i8tod
  int8	numeric	i	f	int8_numeric
  int2	int8	i	f	int28
  int2	int4	i	f	i2toi4
  int2	float4	i	f	i2tof
  int2	float8	i	f	i2tod
  int2	numeric	i	f	int2_numeric
  int4	int8	i	f	int48
  int4	int2	a	f	i4toi2
  int4	float4	i	f	i4tof
  int4	float8	i	f	i4tod
  int4	numeric	i	f	int4_numeric
  float4	int8	a	f	ftoi8
  float4	int2	a	f	ftoi2
  float4	int4	a	f	ftoi4
  float4	float8	i	f	ftod
  float4	numeric	a	f	float4_numeric
  float8	int8	a	f	dtoi8
  float8	int2	a	f	dtoi2
  float8	int4	a	f	dtoi4
  float8	float4	a	f	dtof
  float8	numeric	a	f	float8_numeric
  numeric	int8	a	f	numeric_int8
  numeric	int2	a	f	numeric_int2
  numeric	int4	a	f	numeric_int4
  numeric	float4	i	f	numeric_float4
  numeric	float8	i	f	numeric_float8
  money	numeric	a	f	cash_numeric
  numeric	money	a	f	numeric_cash
  int4	money	a	f	int4_cash
  int8	money	a	f	int8_cash
  int4	bool	e	f	int4_bool
  bool	int4	e	f	bool_int4
  xid8	xid	e	f	xid8toxid
  int8	oid	i	f	i8tooid
  int2	oid	i	f	i2toi4
  int4	oid	i	b
  oid	int8	a	f	oidtoi8
  oid	int4	a	b
  oid	regproc	i	b
  regproc	oid	i	b
  int8	regproc	i	f	i8tooid
  int2	regproc	i	f	i2toi4
  int4	regproc	i	b
  regproc	int8	a	f	oidtoi8
  regproc	int4	a	b
  regproc	regprocedure	i	b
  regprocedure	regproc	i	b
  oid	regprocedure	i	b
  regprocedure	oid	i	b
  int8	regprocedure	i	f	i8tooid
  int2	regprocedure	i	f	i2toi4
  int4	regprocedure	i	b
  regprocedure	int8	a	f	oidtoi8
  regprocedure	int4	a	b
  oid	regclass	i	b
  regclass	oid	i	b
  int8	regclass	i	f	i8tooid
  int2	regclass	i	f	i2toi4
  int4	regclass	i	b
  regclass	int8	a	f	oidtoi8
  regclass	int4	a	b
  oid	regtype	i	b
  regtype	oid	i	b
  int8	regtype	i	f	i8tooid
  int2	regtype	i	f	i2toi4
  int4	regtype	i	b
  regtype	int8	a	f	oidtoi8
  regtype	int4	a	b
  text	regclass	i	f	text_regclass
  varchar	regclass	i	f	text_regclass
  oid	regrole	i	b
  regrole	oid	i	b
  int8	regrole	i	f	i8tooid
  int2	regrole	i	f	i2toi4
  int4	regrole	i	b
  regrole	int8	a	f	oidtoi8
  regrole	int4	a	b
  oid	regnamespace	i	b
  regnamespace	oid	i	b
  int8	regnamespace	i	f	i8tooid
  int2	regnamespace	i	f	i2toi4
  int4	regnamespace	i	b
  regnamespace	int8	a	f	oidtoi8
  regnamespace	int4	a	b
  text	bpchar	i	b
  text	varchar	i	b
  bpchar	text	i	f	rtrim1
  bpchar	varchar	i	f	rtrim1
  varchar	text	i	b
  varchar	bpchar	i	b
  char	text	i	f	char_text
  char	bpchar	a	f	char_bpchar
  char	varchar	a	f	char_text
  name	text	i	f	name_text
  name	bpchar	a	f	name_bpchar
  name	varchar	a	f	name_text
  text	char	a	f	text_char
  bpchar	char	a	f	text_char
  varchar	char	a	f	text_char
  text	name	i	f	text_name
  bpchar	name	i	f	bpchar_name
  varchar	name	i	f	text_name
  char	int4	e	f	chartoi4
  int4	char	e	f	i4tochar
  date	timestamp	i	f	date_timestamp
  date	timestamptz	i	f	date_timestamptz
  time	interval	i	f	time_interval
  time	timetz	i	f	time_timetz
  timestamp	date	a	f	timestamp_date
  timestamp	time	a	f	timestamp_time
  timestamp	timestamptz	i	f	timestamp_timestamptz
  timestamptz	date	a	f	timestamptz_date
  timestamptz	time	a	f	timestamptz_time
  timestamptz	timestamp	a	f	timestamptz_timestamp
  timestamptz	timetz	a	f	timestamptz_timetz
  interval	time	a	f	interval_time
  timetz	time	a	f	timetz_time
  cidr	inet	i	b
  inet	cidr	a	f	inet_to_cidr
  bit	varbit	i	b
  varbit	bit	i	b
  int8	bit	e	f	bitfromint8
  int4	bit	e	f	bitfromint4
  bit	int8	e	f	bittoint8
  bit	int4	e	f	bittoint4
  cidr	text	a	f	network_show
  inet	text	a	f	network_show
  bool	text	a	f	booltext
  cidr	varchar	a	f	network_show
  inet	varchar	a	f	network_show
  bool	varchar	a	f	booltext
  cidr	bpchar	a	f	network_show
  inet	bpchar	a	f	network_show
  bool	bpchar	a	f	booltext
  bpchar	bpchar	i	f	bpchar
  varchar	varchar	i	f	varchar
  time	time	i	f	time_scale
  timestamp	timestamp	i	f	timestamp_scale
  timestamptz	timestamptz	i	f	timestamptz_scale
  interval	interval	i	f	interval_scale
  timetz	timetz	i	f	timetz_scale
  bit	bit	i	f	bit
  varbit	varbit	i	f	varbit
  numeric	numeric	i	f	numeric
  json	jsonb	a	i
  jsonb	json	a	i
  jsonb	bool	e	f	jsonb_bool
  jsonb	numeric	e	f	jsonb_numeric
  jsonb	int2	e	f	jsonb_int2
  jsonb	int4	e	f	jsonb_int4
  jsonb	int8	e	f	jsonb_int8
  jsonb	float4	e	f	jsonb_float4
  jsonb	float8	e	f	jsonb_float8
  """#
