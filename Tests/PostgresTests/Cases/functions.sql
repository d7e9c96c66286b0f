### -
SELECT upper('abc'), lower('ABC'), initcap('hello world'), length('héllo'), char_length('abc'), octet_length('é'), reverse('abc'), repeat('ab', 3);
#+ -
SELECT substring('hello' from 2 for 3), substr('hello', 2), left('hello', 2), right('hello', -2), position('l' in 'hello'), strpos('hello','lo');
#+ -
SELECT trim('  x  '), ltrim('xxa','x'), rtrim('axx','x'), btrim('xax','x'), trim(both 'x' from 'xax'), lpad('5',3,'0'), rpad('a',3,'.');
#+ -
SELECT replace('aXbX','X','-'), translate('abc','ab','xy'), concat('a',NULL,1,true), concat_ws(',','a',NULL,'b'), 'a' || 1, split_part('a,b,c',',',2), split_part('a,b,c',',',-1);
#+ -
SELECT ascii('A'), chr(65), md5('hello'), sha256('abc'), encode('abc','hex'), encode('abc','base64'), decode('616263','hex'), to_hex(255);
#+ -
SELECT format('Hello %s, %I, %L, %%', 'x', 'My Col', 'it''s'), format('%2$s %1$s', 'a', 'b'), format('%10s|%-10s|', 'a', 'b');
#+ -
SELECT quote_ident('a b'), quote_literal('it''s'), quote_nullable(NULL), starts_with('hello','he'), overlay('abcdef' placing 'XX' from 2 for 3);
#+ -
SELECT string_to_array('a,b,c', ','), array_to_string(ARRAY[1,NULL,3], ',', '*'), string_to_table('a b', ' ');
#+ -
SELECT regexp_replace('foobar','o+','0'), regexp_replace('aaa','a','b','g'), regexp_match('foo123','(\D+)(\d+)'), regexp_matches('a1b2','\d','g'), regexp_split_to_array('a1b2c','\d');
#+ -
SELECT 'abc' ~ '^a', 'abc' ~* 'B', 'abc' !~ 'z', 'abc' LIKE 'a%', 'abc' ILIKE 'A_C', 'a%c' LIKE 'a\%c', 'abc' SIMILAR TO '(a|b)%', 'abc' NOT LIKE 'x%';
### -
SELECT abs(-5), ceil(1.2), floor(-1.2), round(1.5), round(2.5), round(-1.555, 2), trunc(1.99), trunc(1.567, 1), sign(-3), mod(7,3), 7 % 3, -7 % 3, 7 / 2, 7.0 / 2, -7 / 2;
#+ -
SELECT 1/3.0, 10/3, 1.0/3, 2/3::float, 1e10, 1e20, 1.5e-5, 123456789.123456789, 0.1+0.2, 0.1::float8+0.2::float8;
#+ -
SELECT 1::numeric(10,2), 1.005::numeric(10,2), 99999::numeric(5,0), '1e5'::numeric, 'NaN'::numeric, 'Infinity'::float8, -'Infinity'::numeric;
#+ -
SELECT 1.10, 1.10 + 1, 1.1 * 1.1, 5.00 / 2, 2.0 ^ 3, 10 % 3.5, 1::float4 / 3, 1::float8 / 3;
#+ -
SELECT gcd(12, 18), lcm(4, 6), factorial(5), div(7, 2), width_bucket(5, 0, 10, 5), scale(1.230), trim_scale(1.230), min_scale(1.230);
#+ -
SELECT 2147483647 + 1;
#+ -
SELECT 2147483648, 9223372036854775807 + 1;
#+ -
SELECT 1 / 0, 1;
#+ -
SELECT 1.0 / 0;
#+ -
SELECT 5 % 0;
#+ -
SELECT sqrt(-1);
#+ -
SELECT ln(0);
#+ -
SELECT 'abc'::int;
#+ -
SELECT ''::int;
#+ -
SELECT '12.5'::int;
#+ -
SELECT 12.5::int, 13.5::int, 12.4::int, '  12 '::int, 1e3::int, -1.5::int;
#+ -
SELECT 100000::smallint;
#+ -
SELECT 3000000000::int;
#+ -
SELECT 1 + '2', '1' + '2';
#+ -
SELECT 1 + 'a';
#+ -
SELECT random() < 1, random() BETWEEN 0 AND 1;
#+ -
SELECT setseed(0.5);
SELECT random();
SELECT floor(random()*10);
#+ -
SELECT to_number('1,234.56', '9,999.99'), to_number('-12', 'S99');
### -
SELECT DATE '2024-02-29', '2024-01-15'::date + 30, '2024-03-01'::date - '2024-02-01'::date, date '2024-01-31' + interval '1 month', timestamp '2024-01-01 10:00' + interval '90 minutes';
#+ -
SELECT extract(year from date '2024-05-06'), extract(dow from date '2024-05-06'), extract(epoch from timestamp '2024-01-01'), extract(week from date '2024-12-30'), extract(quarter from date '2024-05-06'), extract(doy from date '2024-05-06'), extract(isodow from date '2024-05-05'), extract(second from time '10:11:12.5');
#+ -
SELECT date_part('month', timestamp '2024-05-06'), date_trunc('month', timestamp '2024-05-06 07:08:09'), date_trunc('hour', timestamptz '2024-05-06 07:08:09+00'), date_trunc('week', date '2024-05-08');
#+ -
SELECT age(timestamp '2024-05-06', timestamp '2020-01-01'), age(date '2024-03-01', date '2024-02-01'), timestamp '2024-05-06' - timestamp '2024-05-01 12:00', justify_hours(interval '30 hours'), justify_days('40 days'), justify_interval('1 mon -1 hour');
#+ -
SELECT interval '1 year 2 months 3 days 04:05:06', interval '90 minutes', interval '-1 day', interval '1.5 days', interval '1 week', interval 'P1Y2M', make_interval(days => 3, hours => 2), interval '2 hours' * 2, interval '1 day' / 2, -interval '1 hour';
#+ -
SELECT to_char(timestamp '2024-05-06 17:08:09.123', 'YYYY-MM-DD HH24:MI:SS'), to_char(date '2024-05-06', 'Day, DD Month YYYY'), to_char(date '2024-05-06', 'FMDay, FMDD FMMonth YYYY'), to_char(timestamp '2024-05-06 17:08:09.123456', 'HH12:MI AM MS US'), to_char(date '2024-05-06', 'Dy Mon D J WW IW Q DDD YY'), to_char(interval '25 hours 3 min', 'HH24:MI:SS'), to_char(timestamp '2024-01-01', '"Year:" YYYY');
#+ -
SELECT to_date('06/05/2024', 'DD/MM/YYYY'), to_timestamp('2024-05-06 10:11', 'YYYY-MM-DD HH24:MI'), to_timestamp(1700000000), to_date('5 Mar 2024', 'DD Mon YYYY');
#+ -
SELECT make_date(2024, 2, 29), make_time(10, 11, 12.5), make_timestamp(2024,1,2,3,4,5), make_timestamptz(2024,1,2,3,4,5);
#+ -
SELECT timestamptz '2024-01-01 12:00+02', timestamp '2024-01-01 12:00' AT TIME ZONE 'UTC', timestamptz '2024-07-01 12:00+00' AT TIME ZONE 'Europe/Paris', timestamptz '2024-07-01 12:00+00' AT TIME ZONE 'America/New_York';
#+ -
SET timezone = 'Europe/Paris';
SELECT timestamptz '2024-01-01 12:00+00', timestamptz '2024-07-01 12:00+00', now() IS NOT NULL;
SHOW timezone;
RESET timezone;
#+ -
SELECT '10:30'::time, '10:30 PM'::time, time '10:00' + interval '2 hours', '10:30+02'::timetz;
#+ -
SELECT 'infinity'::timestamp, '-infinity'::date, 'epoch'::timestamp, 'today'::date = current_date, 'tomorrow'::date - current_date;
#+ -
SELECT '2024-13-01'::date;
#+ -
SELECT '2024-02-30'::date;
#+ -
SELECT 'notadate'::date;
#+ -
SELECT '25:00'::time;
#+ -
SELECT date '2024-01-01' < date '2024-01-02', date '2024-01-01' BETWEEN '2023-01-01' AND '2025-01-01', (date '2024-01-01', date '2024-02-01') OVERLAPS (date '2024-01-15', date '2024-03-01');
#+ -
SELECT current_date = now()::date, localtimestamp = now()::timestamp, current_time IS NOT NULL, clock_timestamp() >= now(), now() - now();
#+ -
SELECT date_bin('15 minutes', timestamp '2024-01-01 10:17', timestamp '2024-01-01'), extract(days from interval '3 days 2 hours'), extract(epoch from interval '1 hour');
#+ -
SELECT '2024-01-01'::timestamp(0), '2024-01-01 10:11:12.56789'::timestamp(2), '1 day 02:03:04.5'::interval(0);
#+ -
SELECT 'Jan 5, 2024'::date, '5 January 2024'::date, '20240105'::date, '2024/01/05'::date, '01/05/2024'::date, '2024-01-05T10:11:12Z'::timestamptz;
#+ -
SELECT EXTRACT(timezone FROM now()), isfinite(date 'infinity');
### -
SELECT ARRAY[1,2,3], '{1,2,3}'::int[], ARRAY['a','b c','d"e',NULL], ARRAY[[1,2],[3,4]], '{}'::int[];
#+ -
SELECT (ARRAY[1,2,3])[1], (ARRAY[1,2,3])[2:3], (ARRAY[[1,2],[3,4]])[2][1], (ARRAY[1,2])[5];
#+ -
SELECT array_length(ARRAY[1,2,3],1), cardinality(ARRAY[[1,2],[3,4]]), array_dims(ARRAY[[1,2],[3,4]]), array_upper(ARRAY[1,2],1), array_ndims(ARRAY[1]);
#+ -
SELECT ARRAY[1,2] || 3, ARRAY[1,2] || ARRAY[3,4], 0 || ARRAY[1], array_append(ARRAY[1],2), array_prepend(0,ARRAY[1]), array_cat(ARRAY[1],ARRAY[2]);
#+ -
SELECT array_remove(ARRAY[1,2,1],1), array_replace(ARRAY[1,2],2,9), array_position(ARRAY['a','b'],'b'), array_positions(ARRAY[1,2,1],1);
#+ -
SELECT 2 = ANY(ARRAY[1,2]), 2 = ALL(ARRAY[2,2]), ARRAY[1,2] @> ARRAY[1], ARRAY[1] <@ ARRAY[1,2], ARRAY[1,2] && ARRAY[2,3], ARRAY[1,2] = ARRAY[1,2], ARRAY[1,2] < ARRAY[1,3];
#+ -
SELECT unnest(ARRAY[1,2,3]) ORDER BY 1 DESC;
#+ -
SELECT array_agg(x ORDER BY x DESC) FROM unnest(ARRAY[3,1,2]) x;
#+ -
SELECT array_fill(0, ARRAY[3]), array_to_json(ARRAY[1,2]), ARRAY(SELECT generate_series(1,3)), trim_array(ARRAY[1,2,3],1);
#+ -
SELECT '{1,2'::int[];
#+ -
SELECT '{a,b}'::int[];
#+ -
SELECT ARRAY[1,'a'];
#+ -
SELECT ARRAY[];
#+ -
SELECT ARRAY[]::text[];
#+ -
CREATE TABLE t (id int, tags text[], m int[][]);
#+ -
INSERT INTO t VALUES (1, '{red,green}', '{{1,2},{3,4}}'), (2, ARRAY['blue'], NULL);
#+ -
UPDATE t SET tags[1] = 'RED' WHERE id = 1;
#+ -
UPDATE t SET tags = tags || 'new' WHERE id = 2;
#+ -
SELECT * FROM t ORDER BY id;
#+ -
SELECT * FROM t WHERE 'blue' = ANY(tags);
#+ -
SELECT id, unnest(tags) FROM t ORDER BY 1, 2;
#+ -
\d t
### -
SELECT '{"a":1, "b":[1,2,{"c":null}]}'::json, '{"b":1,"a":2,"a":3}'::jsonb, '"x"'::jsonb, '[1, 2]'::jsonb, 'null'::jsonb;
#+ -
SELECT '{"a":{"b":1}}'::jsonb -> 'a', '{"a":"x"}'::jsonb ->> 'a', '[10,20]'::jsonb -> 1, '[10,20]'::jsonb -> -1, '{"a":{"b":[5]}}'::jsonb #> '{a,b,0}', '{"a":{"b":2}}'::jsonb #>> '{a,b}';
#+ -
SELECT '{"a":1}'::jsonb @> '{"a":1}', '{"a":1}'::jsonb ? 'a', '{"a":1}'::jsonb ?| array['x','a'], '{"a":1,"b":2}'::jsonb ?& array['a','b'], '{"a":1}'::jsonb || '{"b":2}', '{"a":1,"b":2}'::jsonb - 'a', '["a","b"]'::jsonb - 0, '{"a":{"b":1}}'::jsonb #- '{a,b}';
#+ -
SELECT jsonb_build_object('a',1,'b',true,'c',NULL,'d','x'), json_build_object('a',1.5), json_build_array(1,'a',NULL), jsonb_build_array(1,2), to_jsonb('x'::text), to_json(1), row_to_json(ROW(1,'a'));
#+ -
SELECT jsonb_set('{"a":1}','{a}','2'), jsonb_set('{"a":1}','{b}','"x"'), jsonb_insert('[1,2]','{1}','9'), jsonb_strip_nulls('{"a":null,"b":1}'), jsonb_pretty('{"a":[1,{"b":2}]}');
#+ -
SELECT jsonb_typeof('1'), jsonb_typeof('"a"'), jsonb_typeof('null'), jsonb_typeof('[]'), json_typeof('{}'), jsonb_array_length('[1,2,3]');
#+ -
SELECT * FROM jsonb_each('{"a":1,"b":"x"}');
#+ -
SELECT * FROM jsonb_each_text('{"a":1,"b":"x"}');
#+ -
SELECT jsonb_object_keys('{"b":1,"a":2}'), 1;
#+ -
SELECT jsonb_array_elements('[1,"a",null]'), 'r';
#+ -
SELECT jsonb_array_elements_text('[1,"a",null]');
#+ -
SELECT '{bad'::json;
#+ -
SELECT '{"a":}'::jsonb;
#+ -
SELECT '{"a":1}'::jsonb -> 'zz' IS NULL, ('{"a":"5"}'::jsonb->>'a')::int + 1, '{"n":1.50}'::jsonb->'n';
#+ -
CREATE TABLE j (id serial, d jsonb);
#+ -
INSERT INTO j (d) VALUES ('{"name":"Ann","tags":["x","y"],"age":30}'), ('{"name":"Bob","age":25}');
#+ -
SELECT d->>'name' AS name, (d->>'age')::int AS age FROM j WHERE d @> '{"name":"Ann"}';
#+ -
SELECT id, d->'tags'->>0 FROM j ORDER BY (d->>'age')::int;
#+ -
UPDATE j SET d = d || '{"age":31}' WHERE d->>'name' = 'Ann' RETURNING d;
#+ -
UPDATE j SET d = jsonb_set(d, '{address}', '{"city":"Paris"}') WHERE id = 2 RETURNING *;
#+ -
SELECT jsonb_agg(d->'name') FROM j;
#+ -
SELECT json_agg(j) FROM j;
#+ -
SELECT json_object_agg(id, d->>'name') FROM j;
#+ -
SELECT row_to_json(j) FROM j;
#+ -
SELECT d['name'] FROM j;
### -
SELECT 'abc'::char(5) || '|', 'abc'::varchar(2), 'x'::bpchar, 'abc'::name, '\x4142'::bytea, 'a\\b'::bytea, 'A'::"char";
#+ -
SELECT '{1,2}'::text, 12.345::money, '$1,234.50'::money, 10::money / 3, '5'::money * 2;
#+ -
SELECT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, 'A0EEBC999C0B4EF8BB6D6BB9BD380A11'::uuid;
#+ -
SELECT 'x'::int;
#+ -
SELECT 'x'::boolean;
#+ -
SELECT 'x'::uuid;
#+ -
SELECT 'x'::json;
#+ -
SELECT 'x'::inet;
#+ -
SELECT 'abc'::numeric;
#+ -
SELECT now()::int;
#+ -
SELECT 1::date;
#+ -
SELECT true::numeric;
#+ -
SELECT ARRAY[1]::int;
#+ -
SELECT CAST(1 AS nosuchtype);
#+ -
SELECT 1::nosuch.type;
#+ -
SELECT nosuchfunc(1, 'a');
#+ -
SELECT upper(1);
#+ -
SELECT length(5);
#+ -
SELECT round('a');
#+ -
SELECT substring(123, 1);
#+ -
SELECT count();
#+ -
SELECT sum('a');
#+ -
SELECT coalesce();
#+ -
SELECT max();
#+ -
SELECT lower(1, 2);
#+ -
SELECT 1 = 'a';
#+ -
SELECT '1' = 1;
#+ -
SELECT 'a' = 1.5;
#+ -
SELECT 1 || 2;
#+ -
SELECT true + 1;
#+ -
SELECT NULL + 1, NULL || 'a', 'a' || NULL;
#+ -
SELECT date '2024-01-01' + 'x';
#+ -
SELECT 1 < 'b'::text;
#+ -
SELECT version() LIKE 'PostgreSQL 15%', current_user, session_user, current_database(), current_schema, user, current_catalog;
#+ -
SELECT pg_size_pretty(1024::bigint), pg_size_pretty(10240::bigint), pg_size_pretty(123456789::bigint), pg_size_pretty(1e12::numeric), pg_size_bytes('10 MB');
#+ -
SELECT num_nulls(1,NULL,2), num_nonnulls(1,NULL), width_bucket(3.5, ARRAY[1,2,3,4]);
