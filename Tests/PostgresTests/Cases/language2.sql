-- Statements of tutorials, a session each; compared with the real server.

### -q
SELECT format('Hello %s, %I, %L, %%, %1$s', 'w', 'Col', 'it''s');
SELECT format('%10s|%-10s|%*s', 'a','b',5,'c'), format('%L', NULL), format('%s', NULL), format('%I', NULL);
SELECT format('%d', 1);
SELECT format('%s');
SELECT regexp_replace('foobarbaz','b..','X'), regexp_replace('foobarbaz','b(..)','X\1Y','g'), regexp_replace('Hello','L','_','gi'), regexp_matches('foobarbequebaz','(b[^b]+)(b[^b]+)'), regexp_match('abc','z');
SELECT regexp_matches('foobarbequebazilbarfbonk','(b[^b]+)(b[^b]+)','g');
SELECT regexp_split_to_table('the quick  brown', '\s+'), regexp_split_to_array('a,b;c','[,;]');
SELECT regexp_count('abcabc','b'), regexp_instr('abcabc','c',1,2), regexp_substr('abcabc','[bc]+',1,2), regexp_like('Abc','^a','i');
SELECT string_to_array('a,b,,c',','), string_to_array('a,b,,c',',',''), string_to_array(NULL,','), string_to_array('abc',NULL), array_to_string(ARRAY[1,NULL,3],',','*'), array_to_string(ARRAY[1,NULL,3],',');
SELECT string_to_table('a b c',' ');
SELECT translate('12345','143','ax'), lpad('hi',5,'xy'), rpad('hi',5), lpad('hello',2), btrim('xyxtrimyyx','xyz'), ltrim('zzzytest','xyz'), rtrim('testxxzx','xyz'), initcap('hi THOMAS o''neil'), reverse('abc'), repeat('Pg',3), split_part('a~b~c','~',2), split_part('a,b,c',',',-1), strpos('high','ig'), starts_with('alphabet','alph'), left('abcde',2), left('abcde',-2), right('abcde',2), right('abcde',-2);
SELECT split_part('a','b',0);
SELECT encode('123\000\001','base64'), decode('MTIzAAE=','base64'), encode('\xdeadbeef','hex'), encode('a\\b','escape'), md5('abc'), sha256('abc'), sha512('a'), md5('abc'::bytea);
SELECT chr(0);
SELECT 'abc' LIKE 'a%', 'abc' NOT LIKE '_b', 'ABC' ILIKE 'a%', 'abc' ~ 'B', 'abc' ~* 'B', 'abc' !~ 'b', 'abc' SIMILAR TO '%(b|d)%', 'a_c' LIKE 'a\_c', 'a%c' LIKE 'a#%c' ESCAPE '#';
SELECT 'a' < 'B', 'a' < 'b', 'Z' < 'a', 'é' > 'z', greatest('a','b'), least(3,1,NULL);
SELECT length('a'::char(5)), 'a'::char(3) = 'a  ', 'abc'::varchar(2), 'abc'::char(2), ('a'::char(5) || 'b');
SELECT to_char(125,'999'), to_char(125.8,'999D9'), to_char(-125.8,'999D99S'), to_char(1234567.891,'9,999,999.99'), to_char(485,'L999'), to_char(485,'RN'), to_char(5,'FM000'), to_char(0.1,'0.99'), to_char(0.1,'.99'), to_char(-485,'999PR'), to_char(485,'FM999MI'), to_char(12.45,'99V9'), to_char(148.5,'FM999.990'), to_char(1e6,'9.99EEEE'), to_char(1482,'9G999'), to_char(3,'9th');
SELECT to_char(1234,'99'), to_char(12,'099'), to_char(12.3456,'FM99.99'), to_char(0,'FM9.99'), to_char(1000000,'FM999,999,999'), to_char(-5,'S9'), to_char(5,'9S'), to_char(5,'PL9'), to_char(5,'SG9'), to_char(.5,'FM0.00%');
SELECT to_number('12,454.8-','99G999D9S'), to_number('1,234.56','9,999.99'), to_number('$12.5','L99.9'), to_number('abc','999');
SELECT to_date('05 Dec 2000','DD Mon YYYY'), to_date('2024-02-30','YYYY-MM-DD');
SELECT to_timestamp('05 Dec 2000 14:30:15','DD Mon YYYY HH24:MI:SS'), to_timestamp(1284352323), to_timestamp('2024-1-5 3:04 PM','YYYY-MM-DD HH:MI PM'), to_date('20240115','YYYYMMDD'), to_date('15/01/24','DD/MM/YY');
SELECT to_timestamp('xx','YYYY');
SELECT to_char(timestamp '2024-03-05 14:07:09.123456','YYYY-MM-DD HH24:MI:SS.MS US'), to_char(timestamp '2024-03-05 14:07:09','Day, DD Month YYYY'), to_char(timestamp '2024-03-05 14:07:09','FMDay, FMDD FMMonth YYYY HH12:MI AM'), to_char(timestamp '2024-03-05','Dy Mon DDth Q WW IW DDD D ID J CC y,yyy'), to_char(timestamp '2024-03-05','"Week" WW, DAY MONTH mon'), to_char(interval '15h 2m 12s','HH24:MI:SS'), to_char(timestamptz '2024-03-05 14:07:09+00','TZ tz OF TZH:TZM'), to_char(date '2024-03-05','RM SSSS'), to_char(timestamp '2024-03-05 00:30','HH HH12 HH24 a.m. P.M.');
SELECT 'abc'::bytea::text, E'\\001a'::bytea, '\xzz'::bytea;
SET bytea_output='escape'; SELECT '\x01615cff'::bytea, 'ab'::bytea; RESET bytea_output;
SELECT upper(NULL), length(''), '' IS NULL, substr('hello',0,3), substr('hello',-1), substr('hello',2,-1);
SELECT lpad('x', 3, ''), repeat('x',-1), strpos('abc',''), replace('aaa','a','bb'), 'x' IN ('x','y'), left('é€x',2);

### -q
SELECT 1/2, 1.0/2, 10/3.0, 7%3, -7%3, -7/2, 2^10, 2^0.5, |/16, ||/27, @ -5, 5!=3;
SELECT 1::numeric/3, 10::numeric/7, 100000::numeric/3, 0.001::numeric/7, 1e10::numeric/3, 2::numeric^0.5, sqrt(2::numeric), exp(1::numeric), ln(2::numeric), log(100::numeric), log(2,64), power(2,3), power(2::numeric,-3), exp(1), ln(10), log(10::float8), cbrt(27), cbrt(2), sqrt(2);
SELECT round(2.5), round(-2.5), round(2.567,2), round(1234.5,-2), round(2.5::float8), round(3.5::float8), trunc(2.567,1), trunc(-2.5), ceil(2.1), ceiling(-2.1), floor(-2.1), sign(-3), abs(-3.5), mod(10,3), div(10,3), gcd(12,18), lcm(4,6), factorial(10), width_bucket(5.35,0.024,10.06,5), scale(1.230), trim_scale(1.230), min_scale(1.2300), pi(), degrees(pi()), radians(180);
SELECT 0.1+0.2, 0.1::float8+0.2::float8, 1e20::float8, 1e15::float8, 1e16::float8, 123456789.123::float8, 1.5::real, 0.1::real, 1e-5::float8, 'NaN'::float8, 'Infinity'::float8, '-inf'::float8, 1::float8/3, 1::real/3, 3.0::float8, 100000::real*1000;
SELECT 1/0;
SELECT 1.0/0;
SELECT 1::float8/0;
SELECT sqrt(-1);
SELECT ln(0);
SELECT 2147483647+1;
SELECT 9223372036854775807+1;
SELECT 32767::smallint + 1::smallint;
SELECT 300::smallint*300::smallint;
SELECT 99999999999::int;
SELECT '99999999999'::int;
SELECT 'abc'::int;
SELECT '12.5'::int;
SELECT 12.5::int, 13.5::int, '  12 '::int, 2.5::float8::int, 3.5::float8::int;
SELECT exp(1000);
SELECT 12345.678::numeric(5,2);
SELECT 999.995::numeric(5,2);
SELECT 5&3, 5|3, 5#3, ~5, 1<<4, 16>>2, B'1010' & B'0110', B'101' || B'01', ~B'101', B'1010' << 1, 10::bit(8), B'101'::int, bit_count(B'1011');
SELECT sum(x), avg(x), min(x), max(x), count(x), stddev(x), variance(x), stddev_pop(x), var_pop(x), sum(x::float8), avg(x::float8), stddev(x::float8) FROM generate_series(1,10) x;
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x), percentile_disc(0.5) WITHIN GROUP (ORDER BY x), mode() WITHIN GROUP (ORDER BY x%3), percentile_cont(ARRAY[0.25,0.75]) WITHIN GROUP (ORDER BY x) FROM generate_series(1,10) x;
SELECT bool_and(x>0), bool_or(x>2), every(x<5), bit_and(x), bit_or(x), array_agg(x ORDER BY x DESC), array_agg(DISTINCT x%2), string_agg(x::text,';'), json_agg(x), jsonb_agg(x), json_object_agg(x,x*2), jsonb_object_agg(x,x*2) FROM generate_series(1,3) x;
SELECT avg(1.5), sum(1.50), avg(x) FROM (VALUES (1),(2)) v(x);
SELECT 1.10 + 2.205, 1.10*2.20, 1.1 - 1.10, -0.0, 0.00::numeric, 1e3, 1e-3, 12e-1, 1.5e300::numeric = 1.5e300;
SELECT 1::money, '$1,234.56'::money, 12.345::money, '5'::money*3, '10'::money/3, '10'::money/'4'::money, '-3'::money;
SELECT random() < 1, setseed(0.5), random();
SELECT numeric '1e-20', 1.23e-10::float8, 1234567890123456789012345678901234567890, 1e-7::float8, 123456.7::real, 1234567.8::real, 12345678.9::real;
SET extra_float_digits=0; SELECT 0.1::float8+0.2::float8, 1::float8/3, 1::real/3; RESET extra_float_digits;
SET extra_float_digits=-3; SELECT 1::float8/3; RESET extra_float_digits;
SELECT 5 BETWEEN 1 AND 10, 5 NOT BETWEEN SYMMETRIC 10 AND 1, NULL = NULL, NULL IS NOT DISTINCT FROM NULL, 1 IS DISTINCT FROM NULL, true AND NULL, false AND NULL, NULL OR true, NOT NULL::bool;
SELECT nullif(1,1), coalesce(NULL,NULL,3), CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END, CASE WHEN false THEN 1 END;
SELECT 't'::bool, 'yes'::bool, 'off'::bool, '1'::bool, 1::bool, true::int, 'maybe'::bool;
SELECT 1 + 'a';
SELECT 1 + '2', '1' + '2';
SELECT 'a' + 1::text;
SELECT 1 || 2;
SELECT now() + 1;
SELECT date '2024-01-01' + 'x';
SELECT 1 = 'x';
SELECT true + 1;
SELECT nosuch(1);
SELECT upper(1);
SELECT length(12345);
SELECT substr(12345,1,2);
SELECT round(1.5::float8, 1);
SELECT max(1,2);
SELECT sum('a');
SELECT x FROM generate_series(1,3) y;
SELECT t.y FROM generate_series(1,3) y;
SELECT ;
SELECT 1 AS select;
SELECT 1 FROM;
SELEC 1;
SELECT 'abc;
';
SELECT * FROM nope;
SELECT CAST('2024-13-01' AS date);
SELECT date '2024-02-30';
SELECT count(*) FROM generate_series(1,3) x WHERE count(*) > 1;
SELECT x, count(*) FROM generate_series(1,3) x;
SELECT sum(sum(x)) FROM generate_series(1,3) x;
SELECT 1 UNION SELECT 'a';
SELECT 1, 2 UNION SELECT 1;
SELECT 1 ORDER BY 2;
SELECT 1 LIMIT -1;
SELECT 1 LIMIT 'a';
SELECT (SELECT 1,2);
SELECT (SELECT x FROM generate_series(1,2) x);
SELECT 1 IN (SELECT 1,2);
SELECT a.x FROM generate_series(1,2) a(x), generate_series(1,2) a(y);
SELECT x FROM generate_series(1,2) a(x), generate_series(1,2) b(x);
SELECT ARRAY[1,'a'];
SELECT ARRAY[];
SELECT CASE WHEN true THEN 1 ELSE 'a' END;
SELECT coalesce(1,'a');
SELECT greatest(1,'b');
SELECT NULL::nosuch;
SELECT 'x'::varchar(0);
SELECT 1 WHERE 1;
SELECT NOT 1;
SELECT 1 AND true;
SELECT '{1,2'::int[];
SELECT '{1,a}'::int[];
SELECT '{"a":}'::json;
SELECT '{a}'::jsonb;
SELECT 'x'::uuid;
SELECT '300.1.1.1'::inet;
SELECT '1 foo'::interval;
SELECT '25:00'::time;
SELECT 'x'::timestamptz;
SELECT interval '1 day' + 5;
SELECT generate_series(1,10,0);
SELECT 'a'::char, 'abc'::"char";

### -q
SELECT date '2024-01-31' + interval '1 month', date '2024-03-01' - date '2024-02-01', date '2024-01-01' + 7, timestamp '2024-01-01 10:00' - timestamp '2023-12-25 08:30', timestamp '2024-01-01' - interval '1 hour', time '10:00' + interval '90 min', interval '1 day' * 2.5, interval '1 day' / 3, interval '1 month' * 0.5, - interval '1 day 2 hours';
SELECT age(timestamp '2024-03-15', timestamp '2020-02-29'), age(timestamp '2020-02-29', timestamp '2024-03-15'), age(date '2024-05-01', date '2024-03-31');
SELECT extract(year from d), extract(month from d), extract(day from d), extract(hour from d), extract(minute from d), extract(second from d), extract(dow from d), extract(isodow from d), extract(doy from d), extract(week from d), extract(quarter from d), extract(epoch from d), extract(millennium from d), extract(century from d), extract(decade from d), extract(isoyear from d), extract(microseconds from d), extract(milliseconds from d), extract(julian from d) FROM (VALUES (timestamp '2024-03-05 14:07:09.25')) v(d);
SELECT date_part('year', date '2024-01-01'), date_part('epoch', interval '1 day 1 sec'), extract(day from interval '40 days 25 hours'), extract(epoch from timestamptz '2024-01-01 00:00+02'), extract(timezone from timestamptz '2024-01-01 00:00+02');
SELECT extract(foo from now());
SELECT date_trunc('hour', timestamp '2024-03-05 14:07:09'), date_trunc('week', date '2024-03-07'), date_trunc('quarter', timestamp '2024-05-05'), date_trunc('month', interval '3 months 20 days'), date_trunc('day', timestamptz '2024-03-05 14:07:09+00', 'America/New_York'), date_trunc('decade', timestamp '2024-05-05');
SELECT date_trunc('foo', now());
SELECT date_bin('15 minutes', timestamp '2024-03-05 14:07:09', timestamp '2024-01-01'), make_date(2024,2,29), make_time(8,15,23.5), make_timestamp(2024,1,2,3,4,5.5), make_timestamptz(2024,1,2,3,4,5,'Europe/Paris'), make_interval(days => 10, hours => 2), make_interval(1,2,3,4,5,6,7.5);
SELECT make_date(2023,2,29);
SELECT * FROM generate_series(timestamp '2024-01-01', '2024-01-03', '12 hours');
SELECT d::date FROM generate_series(date '2024-01-30', date '2024-02-02', interval '1 day') d;
SELECT 'infinity'::timestamp, '-infinity'::date, 'infinity'::timestamp > now(), isfinite(date '2024-01-01'), 'epoch'::timestamptz, 'today'::date = current_date, 'tomorrow'::date - current_date, 'now'::timestamp = now()::timestamp;
SELECT interval '1 year 2 months 3 days 04:05:06.789', interval '1-2', interval '3 4:05:06', interval 'P1Y2M3DT4H5M6S', interval '1 week', interval '90 minutes', interval '36 hours', interval '-1 day +2 hours', interval '1.5 days', interval '1 day ago', interval '100 years', interval '0', interval '1 mon -1 day', interval '2' day, interval '1:30' hour to minute, interval '10' second;
SET intervalstyle='iso_8601'; SELECT interval '1 year 2 months 3 days 04:05:06.789', interval '-1 day'; SET intervalstyle='postgres_verbose'; SELECT interval '1 year 2 months 3 days 04:05:06.789', interval '-1 day'; SET intervalstyle='sql_standard'; SELECT interval '1 year 2 months 3 days 04:05:06.789', interval '-1 day'; RESET intervalstyle;
SET datestyle='German'; SELECT date '2024-03-05', timestamp '2024-03-05 10:11:12', timestamptz '2024-03-05 10:11:12+00'; SET datestyle='SQL, DMY'; SELECT date '2024-03-05', timestamp '2024-03-05 10:11:12', timestamptz '2024-03-05 10:11:12+00'; SET datestyle='Postgres, MDY'; SELECT date '2024-03-05', timestamp '2024-03-05 10:11:12', timestamptz '2024-03-05 10:11:12+00', '03/04/2024'::date; SHOW datestyle; RESET datestyle;
SET datestyle TO 'ISO, DMY'; SELECT '03/04/2024'::date; SELECT '13/14/2024'::date; RESET datestyle;
SELECT justify_hours(interval '27 hours'), justify_days(interval '35 days'), justify_interval(interval '1 mon -1 hour');
SELECT (date '2024-01-01', date '2024-06-01') OVERLAPS (date '2024-05-01', interval '10 days');
SELECT '2024-01-01'::date::timestamp, timestamp '2024-01-01 10:11:12.56'::time, timestamp '2024-01-01 10:11:12.567891'::timestamp(2), timestamptz '2024-01-01'::date, '10:11:12.5678'::time(2), '2024-01-01T10:00:00Z'::timestamptz, 'Jan 5, 2024'::date, '20240105'::date, '5 January 2024 3:30 PM'::timestamp, '2024-01-01 24:00'::timestamp, '12:30 PM'::time, '10:00+02'::timetz;
SELECT current_date = now()::date, pg_typeof(current_timestamp), pg_typeof(localtime), pg_typeof(now() - now()), pg_typeof(current_date - current_date), clock_timestamp() >= now(), pg_typeof(age(now())), extract(epoch from interval '1.5 hours');
SELECT timestamp '2024-01-01' < date '2024-01-02', date '2024-01-01' = timestamp '2024-01-01', interval '1 month' = interval '30 days', interval '24:00' > interval '1 day', greatest(date '2024-01-01', '2023-01-01');
SELECT sum(i), avg(i), min(i), max(i) FROM (VALUES (interval '1 hour'),(interval '30 min')) v(i);
SELECT timestamp '2024-13-01';
SELECT '2024-01-01 25:00'::timestamp;
SELECT timezone('UTC', timestamptz '2024-07-01 12:00+02'), now() - interval '1 day' < now(), to_timestamp(0.5), date_part('day', now() - (now() - interval '5 days'));

### -q
SELECT ARRAY[1,2,3] || 4, 0 || ARRAY[1], ARRAY[1,2] || ARRAY[3], ARRAY[[1,2],[3,4]] || ARRAY[5,6], ARRAY[1,2,3] @> ARRAY[2], ARRAY[2] <@ ARRAY[1,2], ARRAY[1,2] && ARRAY[2,3], ARRAY[1,2] = ARRAY[1,2], ARRAY[1,2] < ARRAY[1,3], (ARRAY['a','b','c'])[2], (ARRAY[1,2,3,4])[2:3], (ARRAY[1,2,3])[2:], (ARRAY[[1,2],[3,4]])[2][1], (ARRAY[1])[5];
SELECT array_append(ARRAY[1],2), array_prepend(0,ARRAY[1]), array_cat(ARRAY[1],ARRAY[2]), array_length(ARRAY[[1,2],[3,4]],2), array_dims(ARRAY[[1,2],[3,4]]), array_ndims(ARRAY[[1]]), array_upper(ARRAY[1,2],1), array_lower('[0:1]={1,2}'::int[],1), cardinality(ARRAY[[1,2],[3,4]]), array_position(ARRAY['a','b'],'b'), array_positions(ARRAY[1,2,1],1), array_remove(ARRAY[1,2,1],1), array_replace(ARRAY[1,2],2,9), array_fill(7,ARRAY[3]), array_fill(0,ARRAY[2,2]), array_to_string(ARRAY[[1,2],[3,4]],','), trim_array(ARRAY[1,2,3],1);
SELECT * FROM unnest(ARRAY['a','b'], ARRAY[1,2,3]) WITH ORDINALITY AS t(x,y,n);
SELECT unnest(ARRAY[[1,2],[3,4]]), generate_subscripts(ARRAY[5,6,7,8],1);
SELECT '{a,"b c",NULL,"NULL",""}'::text[], '{{1,2},{3,4}}'::int[], '{}'::int[], ARRAY[]::text[], ARRAY[NULL]::int[], ARRAY['a"b','c\d','e,f','{g}'], '[2:3]={1,2}'::int[];
SELECT 3 = ANY(ARRAY[1,2,3]), 3 = ALL(ARRAY[3,3]), 5 > ANY('{1,9}'::int[]), NULL = ANY(ARRAY[1]), 1 <> ALL(ARRAY[2,NULL]);
SELECT ARRAY(SELECT x*x FROM generate_series(1,4) x), ARRAY[1,2]::text[], ARRAY[1.5,2]::int[], ARRAY['1','2']::int[], pg_typeof(ARRAY[1,2.5]), pg_typeof(ARRAY['a']);
SELECT ARRAY[[1,2],[3]];
SELECT '{1,2}'::int[] || 'x';
SELECT array_agg(ARRAY[x,x+1]) FROM generate_series(1,2) x; 
CREATE TABLE arr (id int, v int[], t text[][]); INSERT INTO arr VALUES (1,'{1,2,3}','{{a,b},{c,d}}'); UPDATE arr SET v[2]=20, t[1][1]='z'; SELECT * FROM arr; UPDATE arr SET v[5]=50; SELECT v FROM arr; UPDATE arr SET v = v || 6 WHERE 50 = ANY(v) RETURNING v; UPDATE arr SET v[1:2] = '{7,8}'; SELECT v[1:2], v FROM arr;
SELECT array_sort FROM arr;
SELECT x.*, y FROM arr x, LATERAL unnest(v) y;

### -q
SELECT '{"a":1,"b":[1,2,{"c":3}]}'::json->'b'->2->>'c', '{"a":1}'::jsonb->'z', '{"a":{"b":5}}'::jsonb#>'{a,b}', '{"a":{"b":5}}'::jsonb#>>'{a,b}', '[1,2,3]'::jsonb->-1, '{"b":1,"a":2,"b":3}'::jsonb, '{"b":1,"a":2,"b":3}'::json, '{"a":1}'::jsonb @> '{"a":1}', '{"a":1}'::jsonb ? 'a', '{"a":1,"b":2}'::jsonb ?| array['x','b'], '{"a":1,"b":2}'::jsonb ?& array['a','b'], '{"a":1}'::jsonb || '{"b":2}', '{"a":1,"b":2}'::jsonb - 'a', '["a","b"]'::jsonb - 0, '{"a":{"b":1}}'::jsonb #- '{a,b}', '{"a":1,"b":2,"c":3}'::jsonb - array['a','b'];
SELECT json_build_object('a',1,'b',json_build_array(1,'x',null,true),'d',date '2024-01-01'), jsonb_build_object('z',1,'a',2.50), json_object('{a,1,b,2}'), json_object('{a,b}','{1,2}'), to_jsonb('a"b'::text), to_json(now() IS NULL), row_to_json(row(1,'x')), to_jsonb(row(1,2)), to_json(1.10), to_jsonb(timestamp '2024-01-01 10:00'), json_build_object('k', ARRAY[1,2]);
SELECT * FROM json_each('{"a":1,"b":"x"}'); 
SELECT * FROM jsonb_each_text('{"a":1,"b":null}');
SELECT jsonb_object_keys('{"b":1,"a":2}');
SELECT * FROM jsonb_array_elements('[1,{"a":2},"x"]'); SELECT * FROM jsonb_array_elements_text('["a",null]') WITH ORDINALITY; SELECT value->>'n' FROM jsonb_array_elements('[{"n":"x"},{"n":"y"}]');
SELECT * FROM jsonb_to_recordset('[{"a":1,"b":"x"},{"a":2}]') AS t(a int, b text); SELECT * FROM json_to_record('{"a":1,"c":[1,2]}') AS t(a int, c int[], d text);
CREATE TYPE jt AS (a int, b text); SELECT * FROM jsonb_populate_record(NULL::jt, '{"a":5,"b":"q"}'); SELECT * FROM json_populate_recordset(NULL::jt, '[{"a":1},{"b":"z"}]');
SELECT json_agg(t) FROM (VALUES (1,'a'),(2,'b')) t(x,y); SELECT jsonb_agg(t) FROM (VALUES (1,'a'),(2,'b')) t(x,y); SELECT json_agg(row_to_json(t)) FROM (SELECT 1 AS a) t; SELECT json_object_agg(k,v) FROM (VALUES ('a',1),('b',2)) t(k,v);
SELECT '{"a": 1.50, "b": 1e5, "c": "\u00e9\n"}'::jsonb, '{"a":  1.50}'::json, '"x"'::jsonb, 'null'::jsonb IS NULL, '[1, 2]'::json::text, '{"a":"x"}'::jsonb->'a' = '"x"', ('{"a":5}'::jsonb->'a')::int + 1, '5'::jsonb::numeric, 'true'::jsonb::bool;
SELECT '{"a":"x"}'::jsonb::int;
SELECT ('{"a":"x"}'::jsonb->'a')::int;
SELECT '{"a":1'::json;
SELECT '{"a":1,}'::jsonb;
CREATE TABLE js (id serial, doc jsonb); INSERT INTO js(doc) VALUES ('{"name":"A","tags":["x","y"],"n":{"k":1}}'),('{"name":"B"}'),(NULL); SELECT id, doc->>'name' AS name, doc->'tags'->>0 AS t0, doc#>>'{n,k}' AS k FROM js ORDER BY id; UPDATE js SET doc['name']='"Z"' WHERE id=2; UPDATE js SET doc = jsonb_set(doc,'{n,k}','2') WHERE id=1 RETURNING doc; SELECT id, jsonb_array_elements_text(doc->'tags') FROM js; SELECT doc FROM js WHERE doc @> '{"tags":["x"]}'; SELECT doc->>'name', count(*) FROM js GROUP BY 1 ORDER BY 1;

### -q
SELECT int4range(1,10), '[1,10]'::int4range, '(1,5)'::int4range, 'empty'::int4range, int4range(5,5), numrange(1.5,2.5,'[]'), daterange('2024-01-01','2024-02-01'), tsrange('2024-01-01 10:00','2024-01-01 12:00'), '[3,)'::int8range, '(,5]'::int4range, tstzrange(NULL,'2024-01-01');
SELECT int4range(5,1);
SELECT '[1,2'::int4range;
SELECT uuid 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{a0eebc999c0b4ef8bb6d6bb9bd380a11}'::uuid, length(gen_random_uuid()::text), gen_random_uuid() <> gen_random_uuid();
SELECT pg_size_pretty(1024::bigint), pg_size_pretty(10240::bigint), pg_size_pretty(123456789::bigint), pg_size_pretty(-20480::bigint), pg_size_pretty(12345678901234.5), pg_size_bytes('10 MB'), pg_size_bytes('1.5kB');
SELECT '1'::bit, B'1011'::bit(6), B'1011'::bit(2), 5::bit(4), '101'::bit(3)::int, B'11' = B'11', '10'::bit(3);
SELECT 'nope'::regclass;
SELECT to_regclass('nope'), to_regtype('int'), format_type(1043, 24), format_type(1700, 655366), format_type(23,NULL);

### -q
CREATE TABLE emp (id int PRIMARY KEY, name text, dept text, salary numeric(10,2), mgr int, hired date DEFAULT '2024-01-01'); INSERT INTO emp VALUES (1,'Ann','eng',5000,NULL,'2020-01-01'),(2,'Bob','eng',4000,1,'2021-05-01'),(3,'Cid','ops',3000,1,'2022-01-01'),(4,'Dee','ops',3000,3,'2019-01-01'),(5,'Eve','hr',NULL,1,DEFAULT);
INSERT INTO emp (id,name) VALUES (1,'dup') ON CONFLICT DO NOTHING;
INSERT INTO emp (id,name) VALUES (1,'dup') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name || '!' WHERE emp.dept='eng' RETURNING *;
INSERT INTO emp (id,name) VALUES (1,'dup') ON CONFLICT (name) DO NOTHING;
INSERT INTO emp (id,name) VALUES (9,'a'),(9,'b') ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name;
INSERT INTO emp (id,name) VALUES (1,'dup') ON CONFLICT ON CONSTRAINT emp_pkey DO UPDATE SET (name,dept) = (EXCLUDED.name, 'x') RETURNING name, dept;
INSERT INTO emp (id,name) VALUES (1,'dup') ON CONFLICT DO UPDATE SET name='x';
UPDATE emp SET name='Ann', dept='eng' WHERE id=1;
UPDATE emp e SET salary = salary * 1.1 FROM (SELECT dept, count(*) c FROM emp GROUP BY dept) d WHERE d.dept = e.dept AND d.c > 1 RETURNING e.id, salary, d.c;
UPDATE emp SET (name, salary) = (SELECT 'X', 1) WHERE id = 5 RETURNING *;
UPDATE emp SET salary = DEFAULT, hired = DEFAULT WHERE id = 5 RETURNING *;
UPDATE emp SET nope = 1;
UPDATE nope SET a = 1;
UPDATE emp SET name = 'a', name = 'b';
DELETE FROM emp e USING emp m WHERE e.mgr = m.id AND m.name = 'Cid' RETURNING e.*, m.name AS boss;
WITH del AS (DELETE FROM emp WHERE id = 5 RETURNING *), ins AS (INSERT INTO emp SELECT id+100, name, dept FROM del RETURNING id) SELECT del.id, ins.id FROM del, ins;
CREATE TABLE tgt (id int PRIMARY KEY, v int); INSERT INTO tgt VALUES (1,10),(2,20);
MERGE INTO tgt t USING (VALUES (1,100),(3,300)) s(id,v) ON t.id = s.id WHEN MATCHED AND s.v > 50 THEN UPDATE SET v = t.v + s.v WHEN NOT MATCHED THEN INSERT (id,v) VALUES (s.id, s.v);
SELECT * FROM tgt ORDER BY id;
MERGE INTO tgt t USING tgt s ON t.id = s.id WHEN MATCHED AND t.id = 1 THEN DELETE WHEN MATCHED THEN DO NOTHING;
INSERT INTO tgt VALUES (7);
INSERT INTO tgt (id) VALUES (8,9);
INSERT INTO tgt (id,v) VALUES (8);
INSERT INTO tgt (id,nope) VALUES (8,9);
INSERT INTO tgt DEFAULT VALUES;
INSERT INTO tgt VALUES ('a','b');
INSERT INTO tgt VALUES (50, 'x'::text);
INSERT INTO tgt TABLE tgt;
INSERT INTO tgt SELECT i, i*2 FROM generate_series(10,12) i RETURNING id, v;
TABLE tgt;
DELETE FROM tgt WHERE id IN (SELECT id FROM tgt WHERE v > 20) RETURNING id;
TRUNCATE tgt; SELECT count(*) FROM tgt;
VALUES (1,'a'),(2,'b') ORDER BY 1 DESC;

### -q
CREATE TABLE d (id int PRIMARY KEY, name text); CREATE TABLE e (id int, name text, did int, sal int, h date); INSERT INTO d VALUES (1,'eng'),(2,'ops'),(3,'hr'); INSERT INTO e VALUES (1,'a',1,100,'2024-01-01'),(2,'b',1,200,'2024-02-01'),(3,'c',2,150,'2024-03-01'),(4,'x',NULL,NULL,NULL),(5,'f',2,150,'2024-01-15');
SELECT e.name, d.name FROM e JOIN d ON e.did = d.id ORDER BY e.id; 
SELECT * FROM e NATURAL JOIN d;
SELECT * FROM e JOIN d USING (id) ORDER BY id;
SELECT e.name, d.name FROM e FULL JOIN d ON e.did = d.id ORDER BY e.id NULLS LAST, d.id;
SELECT d.name, x.* FROM d LEFT JOIN LATERAL (SELECT name, sal FROM e WHERE did = d.id ORDER BY sal DESC LIMIT 1) x ON true ORDER BY d.id;
SELECT did, count(*), sum(sal), avg(sal), count(sal) FILTER (WHERE sal > 100) AS big FROM e GROUP BY did ORDER BY did NULLS FIRST;
SELECT did, name, sum(sal), grouping(did,name) FROM e GROUP BY ROLLUP (did, name) ORDER BY 1,2;
SELECT did, name, count(*) FROM e GROUP BY GROUPING SETS ((did),(name),()) ORDER BY 1,2;
SELECT name, sal, rank() OVER w, dense_rank() OVER w, row_number() OVER w, percent_rank() OVER w, cume_dist() OVER w, ntile(2) OVER w, lag(sal) OVER w, lead(sal,1,0) OVER w, first_value(name) OVER w, last_value(name) OVER w, nth_value(name,2) OVER w FROM e WINDOW w AS (ORDER BY sal, id) ORDER BY sal, id;
SELECT id, sum(sal) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), avg(sal) OVER (PARTITION BY did), sum(sal) OVER (ORDER BY sal RANGE BETWEEN 50 PRECEDING AND CURRENT ROW), count(*) OVER (ORDER BY sal GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM e ORDER BY id;
SELECT DISTINCT ON (did) did, name, sal FROM e ORDER BY did, sal DESC, id;
SELECT DISTINCT ON (did) did FROM e ORDER BY sal;
SELECT DISTINCT name FROM e ORDER BY sal;
SELECT name FROM e UNION SELECT name FROM d ORDER BY 1; SELECT did FROM e EXCEPT ALL SELECT id FROM d ORDER BY 1; SELECT did FROM e INTERSECT SELECT id FROM d ORDER BY 1;
WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n+1 FROM t WHERE n < 5) SELECT sum(n), string_agg(n::text, ',') FROM t;
WITH RECURSIVE g(id, path) AS (SELECT 1, ARRAY[1] UNION ALL SELECT id+1, path || id+1 FROM g WHERE id < 3) SELECT * FROM g;
SELECT * FROM e ORDER BY sal DESC NULLS LAST, id LIMIT 2 OFFSET 1;
SELECT name, sal FROM e ORDER BY sal FETCH FIRST 2 ROWS WITH TIES;
SELECT * FROM e FETCH FIRST ROW ONLY FOR UPDATE;
SELECT name FROM e WHERE sal > ALL (SELECT sal FROM e WHERE did = 2) OR EXISTS (SELECT 1 FROM d WHERE d.id = e.did AND d.name = 'ops') ORDER BY 1;
SELECT name FROM e WHERE (did, sal) IN ((1,100),(2,150)) ORDER BY 1;
SELECT name FROM e WHERE (did, sal) = (SELECT 1, 200);
SELECT name FROM e WHERE did NOT IN (SELECT id FROM d WHERE id < 2);
SELECT count(DISTINCT did), count(*), count(did) FROM e;
SELECT e.* FROM e, d WHERE e.did = d.id AND d.name LIKE 'e%' ORDER BY sal;
SELECT name, count(*) FROM e GROUP BY did;
SELECT did FROM e GROUP BY did HAVING sum(sal) > 250 ORDER BY did;
SELECT d.name, (SELECT count(*) FROM e WHERE e.did = d.id) AS n FROM d ORDER BY n DESC, 1;
SELECT sum(sal) OVER () FROM e WHERE rank() OVER () = 1;
SELECT * FROM (SELECT name, row_number() OVER (PARTITION BY did ORDER BY sal DESC) rn FROM e) q WHERE rn = 1 ORDER BY name;
SELECT * FROM (SELECT 1);
SELECT id FROM e, d;
SELECT zz.id FROM e;
SELECT e.zz FROM e;
SELECT nmae FROM e;
SELECT * FROM e AS x WHERE e.id = 1;
SELECT * FROM generate_series(1,3) WITH ORDINALITY; SELECT * FROM generate_series(5,1,-2); SELECT generate_series(1,2), generate_series(1,3);
SELECT string_agg(name, ', ' ORDER BY name), array_agg(sal ORDER BY id), json_agg(name ORDER BY id), max(name), min(h) FROM e;
SELECT ctid, xmin IS NOT NULL, tableoid::regclass, id FROM e WHERE id = 1;
SELECT DISTINCT did IS NULL AS n, count(*) OVER () FROM e ORDER BY 1;
SELECT * FROM d CROSS JOIN (VALUES (1),(2)) v(x) ORDER BY 1,3;
SELECT e1.name, e2.name FROM e e1 JOIN e e2 ON e1.sal = e2.sal AND e1.id < e2.id;
SELECT CASE WHEN sal >= 150 THEN 'hi' ELSE 'lo' END AS lvl, count(*) FROM e GROUP BY lvl ORDER BY lvl;
SELECT to_char(h,'YYYY-MM') AS mon, sum(sal) FROM e WHERE h IS NOT NULL GROUP BY 1 ORDER BY 1;

### -q
CREATE FUNCTION add(a int, b int) RETURNS int AS 'SELECT a + b' LANGUAGE sql IMMUTABLE; SELECT add(1,2), add(b => 5, a => 1);
CREATE OR REPLACE FUNCTION fact(n int) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  IF n < 0 THEN RAISE EXCEPTION 'negative: %', n USING HINT = 'be positive', ERRCODE = '22023'; ELSIF n <= 1 THEN RETURN 1; END IF;
  RETURN n * fact(n-1);
END;
$$; SELECT fact(10);
SELECT fact(-1);
CREATE FUNCTION f_loop() RETURNS text AS $$
DECLARE s text := ''; r record; i int; arr int[] := '{3,4}';
BEGIN
  FOR i IN 1..3 LOOP s := s || i; END LOOP;
  FOR i IN REVERSE 3..1 BY 2 LOOP s := s || i; CONTINUE WHEN i = 3; EXIT; END LOOP;
  WHILE length(s) < 10 LOOP s := s || '.'; END LOOP;
  FOREACH i IN ARRAY arr LOOP s := s || '<' || i || '>'; END LOOP;
  FOR r IN SELECT g, g*2 AS d FROM generate_series(1,2) g LOOP s := s || r.g || ':' || r.d; END LOOP;
  <<outer>> LOOP LOOP EXIT outer; END LOOP; END LOOP;
  CASE length(s) WHEN 1 THEN s := 'one'; ELSE s := s || '|'; END CASE;
  RETURN s;
END $$ LANGUAGE plpgsql; SELECT f_loop();
CREATE TABLE acct (id int PRIMARY KEY, bal int CHECK (bal >= 0)); INSERT INTO acct VALUES (1,100),(2,50);
CREATE PROCEDURE transfer(a int, b int, amt int) LANGUAGE plpgsql AS $$
BEGIN
  UPDATE acct SET bal = bal - amt WHERE id = a;
  UPDATE acct SET bal = bal + amt WHERE id = b;
  IF NOT FOUND THEN RAISE EXCEPTION 'no account %', b; END IF;
  RAISE NOTICE 'moved %', amt;
END $$; CALL transfer(1,2,30); SELECT * FROM acct ORDER BY id;
CALL transfer(1,2,300);
CALL transfer(1,9,3);
CREATE FUNCTION safe_div(a numeric, b numeric) RETURNS numeric AS $$
DECLARE m text; st text;
BEGIN
  RETURN a / b;
EXCEPTION WHEN division_by_zero THEN
  GET STACKED DIAGNOSTICS m = MESSAGE_TEXT, st = RETURNED_SQLSTATE;
  RAISE WARNING 'caught % (%), %', m, st, SQLERRM;
  RETURN NULL;
WHEN OTHERS THEN RAISE;
END $$ LANGUAGE plpgsql; SELECT safe_div(1,0), safe_div(6,3);
CREATE FUNCTION get_acct(lim int DEFAULT 1) RETURNS TABLE (aid int, b int) AS $$
BEGIN
  RETURN QUERY SELECT id, bal FROM acct WHERE bal > lim ORDER BY id;
  GET DIAGNOSTICS lim = ROW_COUNT; RAISE INFO 'rows %', lim;
  aid := 99; b := 0; RETURN NEXT;
END $$ LANGUAGE plpgsql; SELECT * FROM get_acct(); SELECT * FROM get_acct(75);
CREATE FUNCTION dyn(t text) RETURNS bigint AS $$
DECLARE n bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM %I WHERE id >= $1', t) INTO n USING 1;
  RETURN n;
END $$ LANGUAGE plpgsql; SELECT dyn('acct'); SELECT dyn('nope');
CREATE FUNCTION cur() RETURNS int AS $$
DECLARE c CURSOR FOR SELECT bal FROM acct ORDER BY id; x int; tot int := 0;
BEGIN
  OPEN c; LOOP FETCH c INTO x; EXIT WHEN NOT FOUND; tot := tot + x; END LOOP; CLOSE c; RETURN tot;
END $$ LANGUAGE plpgsql; SELECT cur();
CREATE FUNCTION cur2(k int) RETURNS setof text AS $$
DECLARE c CURSOR (z int) FOR SELECT id, bal FROM acct WHERE id <= z; r record; rc refcursor;
BEGIN
  FOR r IN c(k) LOOP RETURN NEXT r.id || '=' || r.bal; END LOOP;
  OPEN rc FOR SELECT * FROM acct ORDER BY id DESC; FETCH rc INTO r; RETURN NEXT r::text; CLOSE rc;
END $$ LANGUAGE plpgsql; SELECT cur2(2);
DO $$ BEGIN RAISE DEBUG 'd'; RAISE LOG 'l'; RAISE NOTICE 'n % %%', 1; RAISE INFO 'i'; RAISE WARNING 'w' USING DETAIL='det', HINT='hnt'; END $$;
DO $$ BEGIN RAISE EXCEPTION 'custom' USING ERRCODE='P0009'; END $$;
DO $$ BEGIN RAISE unique_violation USING MESSAGE='mine'; END $$;
DO $$ BEGIN RAISE EXCEPTION SQLSTATE '22012'; END $$;
DO $$ DECLARE x int; BEGIN SELECT 1/0 INTO x; END $$;
DO $$ DECLARE x int; BEGIN SELECT bal INTO STRICT x FROM acct; END $$;
DO $$ DECLARE x int; BEGIN SELECT bal INTO STRICT x FROM acct WHERE id = 77; END $$;
DO $$ DECLARE x int := 'a'; BEGIN NULL; END $$;
DO $$ BEGIN PERFORM nosuch(); END $$;
DO $$ BEGIN SELECT 1; END $$;
DO $$ BEGIN ASSERT 1 = 2, 'bad math'; END $$;
DO $$ BEGIN INSERT INTO acct VALUES (1,1); EXCEPTION WHEN unique_violation THEN RAISE NOTICE 'dup % %', SQLSTATE, SQLERRM; END $$;
CREATE FUNCTION noret() RETURNS int AS $$ BEGIN NULL; END $$ LANGUAGE plpgsql; SELECT noret();
CREATE FUNCTION add(x int, y int) RETURNS int AS 'SELECT 1' LANGUAGE sql;
CREATE FUNCTION outp(IN a int, OUT s int, OUT p int) AS $$ BEGIN s := a + 1; p := a * 2; END $$ LANGUAGE plpgsql; SELECT * FROM outp(3); SELECT outp(3), (outp(3)).p;
CREATE FUNCTION vsum(VARIADIC a int[]) RETURNS int AS 'SELECT sum(x)::int FROM unnest(a) x' LANGUAGE sql; SELECT vsum(1,2,3), vsum(VARIADIC ARRAY[4,5]);
CREATE TABLE audit (id serial, op text, old_bal int, new_bal int);
CREATE FUNCTION trg() RETURNS trigger AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN INSERT INTO audit(op,old_bal) VALUES (TG_OP, OLD.bal); RETURN OLD; END IF;
  INSERT INTO audit(op,old_bal,new_bal) VALUES (TG_OP || ' ' || TG_WHEN || ' ' || TG_LEVEL || ' ' || TG_TABLE_NAME, CASE WHEN TG_OP='UPDATE' THEN OLD.bal END, NEW.bal);
  RETURN NEW;
END $$ LANGUAGE plpgsql; CREATE TRIGGER t1 AFTER INSERT OR UPDATE OR DELETE ON acct FOR EACH ROW EXECUTE FUNCTION trg();
INSERT INTO acct VALUES (3,5); UPDATE acct SET bal = bal + 1; DELETE FROM acct WHERE id = 3; SELECT * FROM audit ORDER BY id;
CREATE FUNCTION trg2() RETURNS trigger AS $$ BEGIN NEW.bal := NEW.bal * 10; IF NEW.bal > 10000 THEN RETURN NULL; END IF; RETURN NEW; END $$ LANGUAGE plpgsql; CREATE TRIGGER t2 BEFORE INSERT ON acct FOR EACH ROW WHEN (NEW.bal > 10) EXECUTE FUNCTION trg2(); INSERT INTO acct VALUES (4,20),(5,5),(6,5000) RETURNING *;
\d acct
\df+ add
\sf fact
SELECT pg_get_functiondef('add'::regproc);
ALTER TABLE acct DISABLE TRIGGER t1; \d acct
DROP TRIGGER t2 ON acct; DROP FUNCTION trg(); DROP FUNCTION trg2; DROP FUNCTION nope(); DROP FUNCTION IF EXISTS nope(int); DROP FUNCTION add;
DO $$ DECLARE r acct%ROWTYPE; b acct.bal%TYPE; BEGIN SELECT * INTO r FROM acct WHERE id=1; b := r.bal; RAISE NOTICE '% % %', r, b, r.id; END $$;
CREATE PROCEDURE commits() AS $$ BEGIN FOR i IN 1..3 LOOP INSERT INTO audit(op) VALUES ('c'||i); IF i = 2 THEN ROLLBACK; ELSE COMMIT; END IF; END LOOP; END $$ LANGUAGE plpgsql; CALL commits(); SELECT op FROM audit WHERE op LIKE 'c%';
CREATE FUNCTION js(j jsonb) RETURNS text AS $$ DECLARE k text; v jsonb; o text := ''; BEGIN FOR k, v IN SELECT * FROM jsonb_each(j) LOOP o := o || k || '=' || v || ';'; END LOOP; RETURN o; END $$ LANGUAGE plpgsql; SELECT js('{"a":1,"b":[2]}');
