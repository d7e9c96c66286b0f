// Facts of PostgreSQL 15's own catalogue (pg_type), one row per line, fields separated by tabs.
// Facts read from the catalogue of a running PostgreSQL 15 server.

/// name|oid|category|preferred|length|array oid|typtype|SQL name|alignment|storage
let typeFacts: StaticString = #"""
  bool	16	B	t	1	1000	b	boolean	c	p
  bytea	17	U	f	-1	1001	b	bytea	i	x
  char	18	Z	f	1	1002	b	"char"	c	p
  name	19	S	f	64	1003	b	name	c	p
  int8	20	N	f	8	1016	b	bigint	d	p
  int2	21	N	f	2	1005	b	smallint	s	p
  int2vector	22	A	f	-1	1006	b	int2vector	i	p
  int4	23	N	f	4	1007	b	integer	i	p
  regproc	24	N	f	4	1008	b	regproc	i	p
  text	25	S	t	-1	1009	b	text	i	x
  oid	26	N	t	4	1028	b	oid	i	p
  tid	27	U	f	6	1010	b	tid	s	p
  xid	28	U	f	4	1011	b	xid	i	p
  cid	29	U	f	4	1012	b	cid	i	p
  oidvector	30	A	f	-1	1013	b	oidvector	i	p
  pg_ddl_command	32	P	f	8	0	p	pg_ddl_command	d	p
  json	114	U	f	-1	199	b	json	i	x
  xml	142	U	f	-1	143	b	xml	i	x
  pg_node_tree	194	Z	f	-1	0	b	pg_node_tree	i	x
  table_am_handler	269	P	f	4	0	p	table_am_handler	i	p
  index_am_handler	325	P	f	4	0	p	index_am_handler	i	p
  point	600	G	f	16	1017	b	point	d	p
  lseg	601	G	f	32	1018	b	lseg	d	p
  path	602	G	f	-1	1019	b	path	d	x
  box	603	G	f	32	1020	b	box	d	p
  polygon	604	G	f	-1	1027	b	polygon	d	x
  line	628	G	f	24	629	b	line	d	p
  cidr	650	I	f	-1	651	b	cidr	i	m
  float4	700	N	f	4	1021	b	real	i	p
  float8	701	N	t	8	1022	b	double precision	d	p
  unknown	705	X	f	-2	0	p	unknown	c	p
  circle	718	G	f	24	719	b	circle	d	p
  macaddr8	774	U	f	8	775	b	macaddr8	i	p
  money	790	N	f	8	791	b	money	d	p
  macaddr	829	U	f	6	1040	b	macaddr	i	p
  inet	869	I	t	-1	1041	b	inet	i	m
  aclitem	1033	U	f	12	1034	b	aclitem	i	p
  bpchar	1042	S	f	-1	1014	b	character	i	x
  varchar	1043	S	f	-1	1015	b	character varying	i	x
  date	1082	D	f	4	1182	b	date	i	p
  time	1083	D	f	8	1183	b	time without time zone	d	p
  timestamp	1114	D	f	8	1115	b	timestamp without time zone	d	p
  timestamptz	1184	D	t	8	1185	b	timestamp with time zone	d	p
  interval	1186	T	t	16	1187	b	interval	d	p
  timetz	1266	D	f	12	1270	b	time with time zone	d	p
  bit	1560	V	f	-1	1561	b	bit	i	x
  varbit	1562	V	t	-1	1563	b	bit varying	i	x
  numeric	1700	N	f	-1	1231	b	numeric	i	m
  refcursor	1790	U	f	-1	2201	b	refcursor	i	x
  regprocedure	2202	N	f	4	2207	b	regprocedure	i	p
  regoper	2203	N	f	4	2208	b	regoper	i	p
  regoperator	2204	N	f	4	2209	b	regoperator	i	p
  regclass	2205	N	f	4	2210	b	regclass	i	p
  regtype	2206	N	f	4	2211	b	regtype	i	p
  record	2249	P	f	-1	2287	p	record	d	x
  cstring	2275	P	f	-2	1263	p	cstring	c	p
  any	2276	P	f	4	0	p	"any"	i	p
  anyarray	2277	P	f	-1	0	p	anyarray	d	x
  void	2278	P	f	4	0	p	void	i	p
  trigger	2279	P	f	4	0	p	trigger	i	p
  language_handler	2280	P	f	4	0	p	language_handler	i	p
  internal	2281	P	f	8	0	p	internal	d	p
  anyelement	2283	P	f	4	0	p	anyelement	i	p
  anynonarray	2776	P	f	4	0	p	anynonarray	i	p
  uuid	2950	U	f	16	2951	b	uuid	c	p
  txid_snapshot	2970	U	f	-1	2949	b	txid_snapshot	d	x
  fdw_handler	3115	P	f	4	0	p	fdw_handler	i	p
  pg_lsn	3220	U	f	8	3221	b	pg_lsn	d	p
  tsm_handler	3310	P	f	4	0	p	tsm_handler	i	p
  pg_ndistinct	3361	Z	f	-1	0	b	pg_ndistinct	i	x
  pg_dependencies	3402	Z	f	-1	0	b	pg_dependencies	i	x
  anyenum	3500	P	f	4	0	p	anyenum	i	p
  tsvector	3614	U	f	-1	3643	b	tsvector	i	x
  tsquery	3615	U	f	-1	3645	b	tsquery	i	p
  gtsvector	3642	U	f	-1	3644	b	gtsvector	i	p
  regconfig	3734	N	f	4	3735	b	regconfig	i	p
  regdictionary	3769	N	f	4	3770	b	regdictionary	i	p
  jsonb	3802	U	f	-1	3807	b	jsonb	i	x
  anyrange	3831	P	f	-1	0	p	anyrange	d	x
  event_trigger	3838	P	f	4	0	p	event_trigger	i	p
  int4range	3904	R	f	-1	3905	r	int4range	i	x
  numrange	3906	R	f	-1	3907	r	numrange	i	x
  tsrange	3908	R	f	-1	3909	r	tsrange	d	x
  tstzrange	3910	R	f	-1	3911	r	tstzrange	d	x
  daterange	3912	R	f	-1	3913	r	daterange	i	x
  int8range	3926	R	f	-1	3927	r	int8range	d	x
  jsonpath	4072	U	f	-1	4073	b	jsonpath	i	x
  regnamespace	4089	N	f	4	4090	b	regnamespace	i	p
  regrole	4096	N	f	4	4097	b	regrole	i	p
  regcollation	4191	N	f	4	4192	b	regcollation	i	p
  int4multirange	4451	R	f	-1	6150	m	int4multirange	i	x
  nummultirange	4532	R	f	-1	6151	m	nummultirange	i	x
  tsmultirange	4533	R	f	-1	6152	m	tsmultirange	d	x
  tstzmultirange	4534	R	f	-1	6153	m	tstzmultirange	d	x
  datemultirange	4535	R	f	-1	6155	m	datemultirange	i	x
  int8multirange	4536	R	f	-1	6157	m	int8multirange	d	x
  anymultirange	4537	P	f	-1	0	p	anymultirange	d	x
  anycompatiblemultirange	4538	P	f	-1	0	p	anycompatiblemultirange	d	x
  pg_brin_bloom_summary	4600	Z	f	-1	0	b	pg_brin_bloom_summary	i	x
  pg_brin_minmax_multi_summary	4601	Z	f	-1	0	b	pg_brin_minmax_multi_summary	i	x
  pg_mcv_list	5017	Z	f	-1	0	b	pg_mcv_list	i	x
  pg_snapshot	5038	U	f	-1	5039	b	pg_snapshot	d	x
  xid8	5069	U	f	8	271	b	xid8	d	p
  anycompatible	5077	P	f	4	0	p	anycompatible	i	p
  anycompatiblearray	5078	P	f	-1	0	p	anycompatiblearray	d	x
  anycompatiblenonarray	5079	P	f	4	0	p	anycompatiblenonarray	i	p
  anycompatiblerange	5080	P	f	-1	0	p	anycompatiblerange	d	x
  """#
