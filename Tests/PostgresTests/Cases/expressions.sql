### -
SELECT 1+1, 7/2, 7.0/2, 7%3, 2^10, -5, 1.10, 'a'||'b', true, NULL;
### -
SELECT 10/3.0, 1/3::numeric, sqrt(2), sqrt(2::numeric), round(2.567,2), ceil(1.2), floor(-1.2), abs(-3), mod(10,3), power(2,0.5), exp(1), ln(10), log(100), pi();
### -
SELECT 0.1::float8, 1e20::float8, 1e-5::float8, 123456789012345678::float8, 1.5::real, 'NaN'::float8, 1/3.0::float8;
### -
SELECT length('héllo'), upper('abc'), lower('ABC'), initcap('hello world'), substr('abcdef',2,3), substring('abcdef' from 2 for 3), position('c' in 'abc'), trim('  x '), lpad('7',3,'0'), rpad('a',3,'x'), replace('aXb','X','-'), split_part('a,b,c',',',2), reverse('abc'), repeat('ab',3), left('abc',2), right('abc',2), md5('a'), concat('a',1,NULL,true), concat_ws('-','a',NULL,'b'), ascii('A'), chr(66);
### -
SELECT date '2024-01-31' + 1, date '2024-03-01' - date '2024-02-01', date '2024-01-31' + interval '1 month', timestamp '2024-01-01 10:00' + interval '90 minutes', interval '1 day 2 hours', interval '400 days', age(date '2024-03-15', date '2022-01-20'), extract(year from date '2024-05-06'), date_trunc('month', timestamp '2024-05-06 10:11:12'), to_char(timestamp '2024-05-06 15:11:12','YYYY-MM-DD HH24:MI:SS'), to_char(1234.5,'9,999.99');
### -
SELECT '2024-13-01'::date;
SELECT 'abc'::int;
SELECT 1/0;
SELECT 99999999999::int;
SELECT 'x' = 1;
SELECT 1 = 'x';
SELECT now() + 1;
SELECT 'a' + 'b';
### -
SELECT CASE WHEN 1=1 THEN 'y' ELSE 'n' END, COALESCE(NULL,'d'), NULLIF(1,1), GREATEST(1,5,3), LEAST(2,1), 1 IN (1,2), 5 BETWEEN 1 AND 10, 'abc' LIKE 'a%', 'abc' ILIKE 'A_C', 'abc' ~ '^a', NULL IS NULL, 3 IS DISTINCT FROM 4;
### -
SELECT ARRAY[1,2,3], '{a,b}'::text[], (ARRAY[10,20])[2], array_length(ARRAY[1,2],1), ARRAY[1,2] || 3, 2 = ANY(ARRAY[1,2]), unnest(ARRAY['x','y']), array_to_string(ARRAY[1,2],',');
### -
SELECT '{"a":1,"b":[1,2],"c":{"d":"x"}}'::jsonb, '{"a":1}'::json, '{"a":{"b":5}}'::jsonb->'a'->>'b', jsonb_build_object('x',1,'y','z'), '{"a":1}'::jsonb @> '{"a":1}', '[1,2,3]'::jsonb->1, '{"a":1}'::jsonb || '{"b":2}', jsonb_pretty('{"a":[1]}');
### -
SELECT * FROM generate_series(1,5);
SELECT g, g*g AS sq FROM generate_series(1,3) g;
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM t WHERE n<5) SELECT sum(n) FROM t;
SELECT x, row_number() OVER (ORDER BY x DESC), sum(x) OVER (ORDER BY x), rank() OVER (ORDER BY x%2) FROM generate_series(1,5) x ORDER BY x;
### -
SELECT 1 UNION SELECT 2 UNION ALL SELECT 2 ORDER BY 1;
SELECT * FROM (VALUES (1,'a'),(2,'b')) AS t(id,name);
SELECT DISTINCT x%3 FROM generate_series(1,10) x ORDER BY 1;
SELECT x%3 AS k, count(*), avg(x), min(x), max(x), string_agg(x::text,',') FROM generate_series(1,10) x GROUP BY 1 HAVING count(*)>2 ORDER BY k;
### -
CREATE TABLE t(dept text, n int);
INSERT INTO t VALUES ('Sales',1),('IT',2),('HR',3),('Sales',4),('IT',5),('Legal',6);
SELECT dept, count(*), sum(n), avg(n) FROM t GROUP BY dept;
SELECT DISTINCT dept FROM t;
SELECT dept FROM t UNION SELECT 'Ops';
SELECT n%4, count(*) FROM t GROUP BY n%4;
