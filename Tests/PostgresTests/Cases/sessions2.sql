-- Sessions of many statements, one database each; compared with the real server.

### -q
create table books (isbn char(13) primary key, title text not null check (title <> ''), pages int check (pages between 1 and 5000), published date, price numeric(6,2) default 9.99, genres text[] default '{}', meta jsonb);
insert into books values ('9780000000001', 'Alpha', 100, '2020-05-01', 12.5, '{scifi,drama}', '{"lang":"en","stars":[5,4]}'), ('9780000000002', 'Beta', 350, '2019-11-12', default, array['drama'], '{"lang":"fr"}'), ('9780000000003', 'Gamma', null, null, null, null, null);
table books;
select title, genres[1], array_length(genres, 1), cardinality(genres), 'drama' = any(genres) as is_drama from books order by title;
insert into books (isbn, title, pages) values ('97', '', 10);
insert into books (isbn, title, pages) values ('97', 'x', 9999);
insert into books (isbn, title) values ('97800000000012345', 'x');
insert into books (isbn, title, price) values ('1', 'x', 12345.678);
insert into books (isbn, title, published) values ('1', 'x', '2021-02-30');
insert into books (isbn, title, published) values ('1', 'x', '31/12/2021');
insert into books (isbn, title, genres) values ('1', 'x', 'scifi');
insert into books (isbn, title, meta) values ('1', 'x', '{lang:en}');
update books set price = price * 1.2 where price is not null returning isbn, price;
update books set genres = array_append(genres, 'classic'), meta = coalesce(meta, '{}') || '{"new": true}' where isbn like '%1' returning genres, meta;
update books set genres[2] = 'DRAMA' where isbn = '9780000000001' returning genres;
select meta->>'lang' as lang, count(*) from books group by meta->>'lang' order by lang nulls first;
select title, meta->'stars'->0, meta #>> '{stars,1}', jsonb_array_length(meta->'stars') from books where meta ? 'stars';
select * from books where price > all (select price from books where price < 12);
select title from books where (title, pages) in (('Alpha', 100), ('Beta', 1));
select title, case pages when 100 then 'hundred' when 350 then 'more' else 'unknown' end from books order by 1;
select coalesce(pages, 0) as p, nullif(title, 'Beta'), greatest(pages, 200), least(price, 11) from books order by p;
delete from books where pages is null returning *;
\d books
alter table books add column rating real default 3.5 not null, drop column meta;
alter table books alter column pages type smallint;
alter table books alter column price type int;
select * from books;
alter table books alter column title type varchar(3);
alter table books alter column published type timestamp using published::timestamp;
alter table books rename constraint books_pages_check to pages_ok;
alter table books drop constraint nope;
alter table books add constraint uq unique (title);
alter table books add constraint fk foreign key (isbn) references nope(id);
alter table books add primary key (title);
\d books
create unique index on books (lower(title));
insert into books (isbn, title) values ('5', 'ALPHA');
drop index books_lower_idx;
drop table books, nope;
drop table if exists books, nope;

### -q
create table accounts (id int generated always as identity primary key, owner text not null unique, balance numeric(12,2) not null default 0 check (balance >= 0), updated_at timestamptz);
insert into accounts (id, owner) values (1, 'a');
insert into accounts (id, owner) overriding system value values (10, 'a');
insert into accounts (owner, balance) values ('b', 100), ('c', 50);
select id, owner, balance from accounts order by id;
begin; update accounts set balance = balance - 70 where owner = 'b'; update accounts set balance = balance + 70 where owner = 'c'; select sum(balance) from accounts; commit;
begin; update accounts set balance = balance - 70 where owner = 'b'; select 1; rollback;
begin; savepoint a; insert into accounts (owner) values ('z'); savepoint b; insert into accounts (owner) values ('z'); rollback to b; insert into accounts (owner) values ('y'); release a; rollback to b; commit;
select owner from accounts order by 1;
begin isolation level serializable; show transaction_isolation; set transaction isolation level read committed; commit;
begin read only; insert into accounts (owner) values ('ro'); rollback;
start transaction isolation level repeatable read, read only, deferrable; select count(*) from accounts; end;
commit;
abort;
begin; begin; commit; commit;
savepoint x;
release savepoint x;
set transaction read only;
begin; lock table accounts in share row exclusive mode; lock nope; rollback;
select * from accounts for update of nope;
select count(*) from accounts for update;
select owner from accounts order by owner limit 1 for update skip locked;
declare c cursor for select * from accounts;
begin; declare c scroll cursor for select owner from accounts order by owner; fetch 2 from c; fetch prior from c; fetch absolute 3 from c; fetch last from c; fetch first c; fetch relative 1 from c; move forward 1 in c; fetch all from c; fetch backward all in c; close c; fetch c; rollback;
begin; declare d cursor for select owner from accounts order by owner; fetch next from d; fetch backward 1 from d; commit;
begin; declare h cursor with hold for select owner from accounts order by owner; commit; fetch 2 from h; close h; close h;
prepare q(text) as select id, owner from accounts where owner = $1; execute q('a'); execute q; execute q('a', 'b'); deallocate q; execute q('a');
prepare w as select $1::int + $2; execute w(1, 2);
prepare bad as select $1;
select pg_advisory_lock(42); select pg_try_advisory_lock(42); select pg_advisory_unlock(42), pg_advisory_unlock(42), pg_advisory_unlock(42);
truncate accounts restart identity; insert into accounts (owner) values ('first') returning id;
insert into accounts (owner, balance) values ('first', 5) on conflict (owner) do update set balance = accounts.balance + excluded.balance, updated_at = null returning *;
insert into accounts (owner) values ('first') on conflict do nothing returning *;
insert into accounts (owner) values ('first') on conflict (balance) do nothing;
insert into accounts (owner) values ('q') on conflict (owner) do update set nope = 1;
insert into accounts (owner) values ('first') on conflict on constraint accounts_owner_key do update set balance = -1;
merge into accounts a using (values ('first', 10), ('new', 20)) as s(o, b) on a.owner = s.o when matched and s.b > 5 then update set balance = a.balance + s.b when not matched then insert (owner, balance) values (s.o, s.b); select owner, balance from accounts order by 1;
merge into accounts a using (values ('first'), ('new')) s(o) on a.owner = s.o when matched and a.owner = 'new' then delete when matched then do nothing; table accounts;
with moved as (delete from accounts where owner = 'first' returning *) select owner, balance from moved;
with ins as (insert into accounts (owner) values ('cte1'), ('cte2') returning id, owner), upd as (update accounts set balance = 1 returning owner) select * from ins order by owner;
select currval('accounts_id_seq'), lastval();
select nextval('accounts_id_seq'), setval('accounts_id_seq', 100), nextval('accounts_id_seq'), setval('accounts_id_seq', 5, false), nextval('accounts_id_seq');
select setval('accounts_id_seq', 0);
select currval('nope_seq');
create sequence s increment by 5 minvalue 10 maxvalue 20 cycle; select nextval('s'), nextval('s'), nextval('s'), nextval('s'); select * from s; \d s
create sequence s2 maxvalue 2; select nextval('s2'); select nextval('s2'); select nextval('s2');
create sequence bad increment 0;
create sequence bad minvalue 10 maxvalue 5;
create sequence bad start 5 minvalue 10;
alter sequence s restart with 15; select nextval('s'); alter sequence s owned by accounts.id; alter sequence s increment -1 maxvalue 30; \d s
drop sequence accounts_id_seq;
drop sequence s2, s;

### -q
select to_char(1234567.891, '9,999,999.99'), to_char(-5, '999'), to_char(5, '000'), to_char(0.5, '0.99'), to_char(0.5, '9.99'), to_char(1234, 'FM9999'), to_char(1234.5, 'L9999D99'), to_char(-12.3, '99.9MI'), to_char(12, 'S99'), to_char(12, '99PL'), to_char(-7, '9PR'), to_char(485, 'RN'), to_char(485, 'FMRN'), to_char(12345, '99'), to_char(1.5e10, '9.99EEEE'), to_char(123, '999th'), to_char(42, 'FM000');
select to_char(timestamp '2024-03-05 14:07:09.123456', 'YYYY-MM-DD HH24:MI:SS.US'), to_char(timestamp '2024-03-05 14:07:09', 'Day, DD Month YYYY'), to_char(timestamp '2024-03-05 14:07:09', 'FMDay, FMDD FMMonth YYYY'), to_char(timestamp '2024-03-05 14:07:09', 'HH12:MI AM'), to_char(timestamp '2024-03-05', 'Dy Mon DDth'), to_char(timestamp '2024-03-05', 'IYYY-IW-ID'), to_char(timestamp '2024-03-05', 'Q WW DDD J'), to_char(timestamp '2024-03-05 14:07:09', 'SSSS'), to_char(interval '3 days 4 hours 5 minutes', 'DD HH24:MI'), to_char(timestamp '2024-03-05', '"Week" IW'), to_char(timestamp '2024-03-05', 'dd/mm/yy'), to_char(timestamptz '2024-03-05 12:00+00', 'TZ OF');
select to_date('05 Mar 2024', 'DD Mon YYYY'), to_date('20240305', 'YYYYMMDD'), to_timestamp('2024-03-05 14:07:09', 'YYYY-MM-DD HH24:MI:SS'), to_timestamp(0), to_number('1,234.56', '9,999.99'), to_number('-12', 'S99'), to_date('2024-065', 'YYYY-DDD');
select to_date('2024-13-01', 'YYYY-MM-DD');
select to_date('abc', 'YYYY');
select to_timestamp('25:00', 'HH24:MI');
select extract(year from date '2024-03-05'), extract(dow from date '2024-03-05'), extract(isodow from date '2024-03-10'), extract(doy from date '2024-03-05'), extract(week from date '2024-12-30'), extract(quarter from date '2024-03-05'), extract(epoch from timestamp '2024-03-05'), extract(century from date '2024-03-05'), extract(hour from time '13:45'), extract(minute from interval '90 minutes'), extract(epoch from interval '1 day 1 hour'), extract(microseconds from time '00:00:01.5'), date_part('month', timestamp '2024-03-05');
select extract(nope from date '2024-01-01');
select extract(hour from date '2024-01-01');
select date_trunc('month', timestamp '2024-03-05 14:07'), date_trunc('week', date '2024-03-05'), date_trunc('hour', interval '3 days 04:35'), date_trunc('quarter', timestamp '2024-05-05'), date_trunc('day', timestamptz '2024-03-05 23:30+00', 'Europe/Paris');
select date '2024-01-31' + 1, date '2024-03-01' - date '2024-02-01', date '2024-01-31' + interval '1 month', timestamp '2024-01-01' - timestamp '2023-12-25 12:00', time '10:00' + interval '15 hours', interval '1 day' * 2.5, interval '10 days' / 4, interval '1 month' - interval '1 day', - interval '1 year 2 mons', date '2024-01-01' + time '10:30', justify_days(interval '40 days'), justify_hours(interval '50 hours'), justify_interval(interval '1 mon -1 hour');
select make_interval(hours => 10, mins => 70), interval '1:30', interval 'P1Y2M3DT4H5M6S', interval '1 week', interval '1.5 days', interval '2 hours ago', interval '-1 day +02:00', interval '1' year, interval '3' day, interval '1-2' year to month;
select interval 'nope';
select generate_series(date '2024-01-30', date '2024-02-02', interval '1 day')::date;
select generate_series(1, 10, 3), generate_series(5, 1, -2);
select generate_series(1, 5, 0);
select (date '2024-02-10', interval '10 days') overlaps (date '2024-02-15', date '2024-02-20'), isfinite(date 'infinity'), date 'infinity', timestamp '-infinity', 'epoch'::timestamp, 'today'::date = current_date, timestamp '2024-01-01 25:00';
select timestamptz '2024-06-01 12:00+02', timestamptz '2024-06-01 12:00 Europe/Paris', timestamp '2024-06-01 12:00' at time zone 'America/New_York', timestamptz '2024-06-01 12:00Z' at time zone 'Asia/Tokyo', timezone('UTC', timestamptz '2024-06-01 12:00+02');
set timezone = 'Europe/Paris'; select timestamptz '2024-06-01 12:00Z', timestamptz '2024-12-01 12:00Z'; show timezone; set timezone to 'Nope/Zone'; reset timezone;
set datestyle = 'German'; select date '2024-03-05', timestamp '2024-03-05 10:00'; set datestyle = 'SQL, DMY'; select date '2024-03-05', date '05/03/2024'; set datestyle to postgres; select timestamp '2024-03-05 10:00'; reset datestyle;
set intervalstyle = 'iso_8601'; select interval '1 year 2 days 03:04:05'; set intervalstyle = 'sql_standard'; select interval '1 year 2 days 03:04:05'; set intervalstyle = 'postgres_verbose'; select interval '1 year 2 days 03:04:05'; reset intervalstyle;
select '2024-01-15'::date between '2024-01-01' and '2024-01-31', '12:30'::time > '12:00', 'tomorrow'::date - 'yesterday'::date, '04:05 PM'::time, '2024-01-15T10:20:30Z'::timestamptz, 'Jan 15, 2024'::date, '15-Jan-2024'::date, '20240115'::date, 'January 15 2024 10:20 PM'::timestamp;
select '10:70'::time;
select '2024/99/99'::date;
select round(2.5), round(-2.5), round(3.5), round(2.5::float8), round(3.5::float8), round(1234.567, 1), round(1234.567, -2), trunc(-1.9), trunc(1.999, 2), ceil(1.1), floor(-1.1), ceiling(-0.5), sign(-3), abs(-4.5), mod(10, 3), mod(-10, 3), -10 % 3, 10 / 3, 10 / 3.0, div(10, 3), power(2, 10), 2 ^ 0.5, sqrt(2), cbrt(27), exp(1), ln(10), log(100), log(2, 8), pi(), degrees(pi()), radians(180), gcd(12, 18), lcm(4, 6), factorial(10);
select 1 / 0;
select 1.0 / 0;
select 5 % 0;
select sqrt(-1);
select ln(0);
select power(0, -1);
select 2147483647 + 1;
select 9223372036854775807 + 1;
select 32767::smallint + 1::smallint;
select 99999::smallint;
select 1e400::float8;
select 0.1 + 0.2, 0.1::float8 + 0.2::float8, 1::float4 / 3, 1::float8 / 3, 1e20::float8, 1e-7::float8, 123456789.0::float4, 'NaN'::float8, 'Infinity'::float8, '-inf'::numeric, 1e15::float8, 1e16::float8, 0.00001::float8, 100000000000000000000::numeric, 1.10::numeric(10,3), 12345.678::numeric(7,1);
select 12345.678::numeric(5,1);
select 10::numeric / 3, 2::numeric / 7, 100::numeric(5,2) / 3, 1::numeric / 3 * 3, 7.0 % 2.5, 1e3::numeric, 0.000001::numeric, -0.0::numeric, 1.500 + 1, 1.5 * 1.50, avg(x), sum(x), stddev(x), variance(x) from (values (1),(2),(4)) v(x);
select '12abc'::int;
select ''::int;
select ' 12 '::int, '1e3'::float8, 'true'::bool, 'off'::bool, 'maybe'::bool;
select cast('2.5' as int);
select 2.5::int, 3.5::int, -2.5::int, 2.5::float8::int, '1'::bit(3), 5::bit(4), b'1010'::int, 65::char, true::int, 'abc'::char(2), 'abcdef'::varchar(3), 1::text || 'x', null::int is null;
select true::numeric;
select date '2024-01-01'::int;
select 1 = '1', 1 = 1.0, 'a' < 'B', 'a' = 'a ', 'a'::char(3) = 'a', null = null, null is not distinct from null, 1 is distinct from null;
select 1 = 'a';
select 'a' = 1::text, 'a' + 1;
select 1 || 2;
select array[1,2] || 3, array[1,2] || array[3], 0 || array[1], array[[1,2],[3,4]], array[1,2] @> array[1], array[1,2] && array[2,3], array_position(array['a','b'], 'b'), array_remove(array[1,2,1], 1), array_replace(array[1,2,1], 1, 9), array_to_string(array[1,null,3], ',', '*'), string_to_array('a,b,c', ','), array_upper(array[1,2,3], 1), array_dims(array[[1,2],[3,4]]), array_ndims(array[[1,2],[3,4]]), array_fill(0, array[3]), array_cat(array[1], array[2]), array_prepend(0, array[1]), (array[1,2,3])[2:3], (array[1,2,3])[5], trim_array(array[1,2,3], 1);
select array[1, 'a'];
select array[1, 2.5, 3];
select unnest(array[1,2]), unnest(array['a','b','c']);
select * from unnest(array[1,2], array['a','b','c']) with ordinality as t(n, s, ord);
select array(select generate_series(1, 3)), array_agg(x order by x desc) filter (where x > 1), string_agg(x::text, '-' order by x), json_agg(x), jsonb_object_agg('k' || x, x) from generate_series(1, 3) x;
select '{1,2,3}'::int[], '{"a b",c,NULL,"NULL"}'::text[], '{{1,2},{3,4}}'::int[][], '{}'::int[], '[2:4]={1,2,3}'::int[];
select '{1,2'::int[];
select '{1,a}'::int[];
select array[1,2] = array[1,2], array[1,2] < array[1,3], array[1,2] <> '{1,2}', 3 = any('{1,2,3}'), 3 > all(array[1,2]), 3 in (1, 2, null), 3 not in (1, 2, null);

### -q
select upper('abc'), lower('ABC'), initcap('hello world'), length('héllo'), char_length('abc'), octet_length('héllo'), substring('postgres' from 5), substring('postgres', 2, 3), substr('postgres', -1, 4), left('abc', 2), right('abc', 2), lpad('7', 3, '0'), rpad('a', 3, '-') || '|', ltrim('  a'), rtrim('a  ') || '|', btrim('xxaxx', 'x'), trim('  a  '), repeat('ab', 3), replace('banana', 'a', 'o'), translate('12345', '143', 'ax'), reverse('abc'), strpos('high', 'ig'), position('g' in 'high'), split_part('a-b-c', '-', 2), concat('a', null, 'b', 1), concat_ws('-', 'a', null, 'b'), format('%s is %L and %I', 'x', 'it''s', 'My Col'), format('%5s|%-5s|%%', 'a', 'b'), md5('abc'), ascii('A'), chr(65), to_hex(255), quote_literal('it''s'), quote_ident('select'), overlay('abcdef' placing 'XX' from 2 for 3), starts_with('abc', 'ab'), encode('abc', 'base64'), decode('YWJj', 'base64'), encode('\x1234', 'hex'), sha256('abc');
select format('%s %s', 'a');
select format('%z', 1);
select repeat('a', -1) = '', left('abc', -1), right('abc', -1), lpad('abcdef', 3), split_part('a,b', ',', 5) = '', split_part('a,b', ',', 0);
select 'abc' like 'a%', 'abc' like '_b_', 'abc' not like '%z', 'ABC' ilike 'a%', '10%' like '10\%', '10%' like '10#%' escape '#', 'abc' similar to '(a|b)%', 'abc' ~ '^a.c$', 'ABC' ~* 'abc', 'abc' !~ 'z', 'foo' ~~ 'f%';
select regexp_replace('Hello World', 'o', '0'), regexp_replace('Hello World', 'o', '0', 'g'), regexp_replace('John Smith', '(\w+) (\w+)', '\2, \1'), regexp_match('foobarbequebaz', 'ba.'), regexp_match('abc', '(a)(x)?'), regexp_split_to_array('a, b,c', ',\s*'), regexp_count('abcabc', 'b'), regexp_instr('abcabc', 'c'), regexp_like('ABC', 'b', 'i'), regexp_substr('foo123bar', '\d+'), substring('foobar' from 'o(.)b');
select regexp_matches('foo bar baz', '(\w)(\w+)', 'g');
select regexp_split_to_table('one two  three', '\s+');
select 'abc' ~ '(';
select regexp_replace('a.b.c', '\.', '\\', 'g'), 'a\b', E'a\nb', E'tab\there', 'it''s', $$dollar 'quoted'$$, U&'\0041', e'\x41';
select string_to_table('a,b,c', ','), ascii(''), chr(0);
select json_build_object('a', 1, 'b', array[1,2], 'c', null), json_build_array(1, 'a', null, true), row_to_json(row(1, 'a')), to_json('a"b'::text), to_jsonb(array[1,2]), json_object('{a,1,b,2}'), jsonb_build_object('x', jsonb_build_object('y', 1)), array_to_json(array[[1,2],[3,4]]);
select '{"a":1,"b":{"c":[1,2,{"d":null}]}}'::jsonb, '{"b":1,"a":2,"a":3}'::jsonb, '{"b":1,"a":2,"a":3}'::json, '[1, "x", null, true, 1.50]'::jsonb, '"s"'::jsonb, '1e2'::jsonb;
select '{"a":1}'::jsonb -> 'a', '{"a":"x"}'::jsonb ->> 'a', '[1,2,3]'::jsonb -> 1, '[1,2,3]'::jsonb -> -1, '{"a":{"b":5}}'::jsonb #> '{a,b}', '{"a":[1,{"b":2}]}'::jsonb #>> '{a,1,b}', '{"a":1}'::jsonb -> 'z', '{"a":1,"b":2}'::jsonb @> '{"a":1}', '{"a":1}'::jsonb <@ '{"a":1,"b":2}', '{"a":1}'::jsonb ? 'a', '{"a":1,"b":2}'::jsonb ?| array['x','b'], '{"a":1,"b":2}'::jsonb ?& array['a','b'], '{"a":1}'::jsonb || '{"b":2}', '{"a":1,"b":2}'::jsonb - 'a', '[1,2,3]'::jsonb - 1, '{"a":{"b":1,"c":2}}'::jsonb #- '{a,b}', '{"a":1,"b":2,"c":3}'::jsonb - array['a','c'];
select jsonb_set('{"a":{"b":1}}', '{a,b}', '2'), jsonb_set('{"a":1}', '{b}', '2'), jsonb_set('[1,2]', '{0}', '"x"'), jsonb_insert('{"a":[1,2]}', '{a,1}', '"n"'), jsonb_pretty('{"a":[1,2],"b":{}}'), jsonb_strip_nulls('{"a":null,"b":1}'), jsonb_typeof('[]'), jsonb_typeof('null'), jsonb_array_length('[1,2,3]');
select * from jsonb_each('{"a":1,"b":"x"}'); select * from jsonb_each_text('{"a":1,"b":"x","c":null}'); select jsonb_object_keys('{"z":1,"a":2}'); select * from jsonb_array_elements('[1,"a",{"x":2}]'); select * from jsonb_array_elements_text('["a",null,1]') with ordinality;
select '{"a":1'::jsonb;
select '{a:1}'::json;
select '[1,2,]'::jsonb;
select ''::jsonb;
select ('{"a":"x"}'::jsonb ->> 'a')::int;
select jsonb_array_length('{"a":1}');
select '{"price": 10.5}'::jsonb -> 'price' + 1;
select ('{"n": 5}'::jsonb -> 'n')::int + 1, ('{"n": "5"}'::jsonb ->> 'n')::int + 1, ('{"b": true}'::jsonb -> 'b')::bool;
select jsonb '{"a":1}' = jsonb '{"a": 1.0}', jsonb '[1,2]' < jsonb '[1,3]', json '{"a":1}' = json '{"a":1}';
select ('{"a":[1,2,3]}'::jsonb)['a'][1], jsonb_path_query('{"a":[1,2,3]}', '$.a[*]');
create table j (id int, doc jsonb); insert into j values (1, '{"name":"Ann","tags":["x","y"],"addr":{"city":"Paris"}}'), (2, '{"name":"Bob","tags":[],"addr":null}'); update j set doc['addr']['zip'] = '"75001"' where id = 1; update j set doc = jsonb_set(doc, '{tags,0}', '"q"') where id = 2; update j set doc = doc - 'tags' where id = 2 returning doc; select id, doc->'addr'->>'city' city, doc #>> '{addr,zip}' from j order by 1; select id, t from j left join lateral jsonb_array_elements_text(doc->'tags') t on true order by 1, 2; create index on j using gin (doc); \d j

### -q
create table emp (id int primary key, name text, dept text, sal int, mgr int references emp); insert into emp values (1,'Ann','eng',100,null),(2,'Bob','eng',80,1),(3,'Cid','ops',70,1),(4,'Dan','ops',70,3),(5,'Eve','hr',60,1),(6,'Fay',null,null,5);
select dept, count(*), count(sal), sum(sal), avg(sal), min(name), max(sal) from emp group by dept order by dept;
select dept, count(*) from emp group by dept having count(*) > 1 order by 2 desc, 1;
select dept, name from emp group by dept;
select dept, sum(sal) from emp where sum(sal) > 10 group by dept;
select dept, sal, count(*) from emp group by rollup (dept, sal) order by 1, 2, 3;
select dept, mgr, count(*), grouping(dept, mgr) from emp group by cube (dept, mgr) order by 1, 2, 4;
select name, sal, rank() over w, dense_rank() over w, row_number() over w, percent_rank() over w, cume_dist() over w, ntile(3) over w from emp where sal is not null window w as (order by sal desc) order by sal desc, name;
select name, sal, lag(sal) over (order by id), lead(sal, 2, 0) over (order by id), first_value(name) over (partition by dept order by sal), last_value(name) over (partition by dept order by sal rows between unbounded preceding and unbounded following), nth_value(name, 2) over (order by id) from emp order by id;
select id, sum(sal) over (order by id rows between 1 preceding and 1 following), avg(sal) over (order by id rows 2 preceding)::numeric(6,2), count(*) over (partition by dept), sum(sal) over (order by sal range between 10 preceding and current row), sum(sal) over (order by id groups between 1 preceding and current row exclude current row) from emp order by id;
select rank() from emp;
select name from emp where rank() over (order by sal) = 1;
select dept, rank() over (order by sum(sal) desc) from emp group by dept order by 2, 1;
select sum(sal) over (order by id rows between 1 following and 1 preceding) from emp;
select e.name, m.name as boss from emp e left join emp m on m.id = e.mgr order by e.id;
select e.name, m.name from emp e join emp m using (mgr) where e.id < m.id order by 1, 2;
select * from emp a natural join (values (1, 'x')) v(id, note);
select count(*) from emp cross join emp b; select count(*) from emp a full join emp b on a.id = b.mgr;
select name from emp join emp e2 on emp.id = e2.mgr;
select a.name from emp a, emp a;
select e.nme from emp e;
select x.name from emp e;
select emp.name from emp e;
select nme from emp;
select * from emp where dept = eng;
select "Name" from emp;
select name from empp;
select name, from emp;
selct * from emp;
select * from emp where;
select * from emp order;
select * from emp group by;
select * from emp limit -1;
select * from emp limit 'a';
select * from emp offset 4 rows fetch first 1 row only;
select * from emp order by sal fetch first 2 rows with ties;
select distinct on (dept) dept, name, sal from emp order by dept, sal desc nulls last, name;
select distinct on (dept) dept, name from emp order by name;
select name from emp order by 2;
select name as n from emp order by n || 'x';
select distinct name from emp order by sal;
select name from emp union select dept from emp order by 1;
select name, id from emp union select dept from emp;
select id from emp union select name from emp;
select dept from emp intersect select 'eng' except all select 'x'; select dept from emp except select 'eng' order by 1;
with recursive t(id, name, lvl, path) as (select id, name, 0, name::text from emp where mgr is null union all select e.id, e.name, lvl + 1, path || '>' || e.name from emp e join t on e.mgr = t.id) select repeat('  ', lvl) || name as tree, path from t order by path;
with recursive f(n, a, b) as (select 1, 0::bigint, 1::bigint union all select n + 1, b, a + b from f where n < 15) select string_agg(a::text, ',') from f;
with a as (select 1), a as (select 2) select * from a;
with recursive c(n) as (values (1) union select (n * 2) % 7 from c) select * from c;
with x as materialized (select * from emp) select count(*) from x where sal > (select avg(sal) from x);
select name, (select count(*) from emp s where s.mgr = e.id) as reports from emp e order by id;
select name from emp e where exists (select 1 from emp where mgr = e.id) and not exists (select 1 from emp where mgr = e.id and sal > 75);
select (select id, name from emp limit 1);
select (select name from emp);
select name from emp where sal = (select sal from emp where dept = 'ops');
select name from emp where id in (select mgr, id from emp);
select d.dept, t.name from (select distinct dept from emp) d, lateral (select name from emp e where e.dept = d.dept order by sal desc, name limit 1) t order by 1;
select * from (select 1 as a) where a = 1;
select * from (values (1, 'a'), (2)) v;
select * from (values (1, 'a'), (2, 3)) v;
select v.* from (values (1, 'a'), (2, null)) as v(n, t) where t is null;
select sum(distinct sal), count(distinct dept), array_agg(distinct dept order by dept), bool_and(sal > 50), mode() within group (order by dept), percentile_cont(0.5) within group (order by sal), percentile_disc(array[0.25, 0.75]) within group (order by sal) from emp;
select max(name) filter (where dept = 'ops'), count(*) filter (where sal is null), string_agg(name, ', ' order by name) from emp;
select sum(name) from emp;
select avg(dept) from emp;
select max(count(*)) from emp group by dept;
select count(distinct *) from emp;
select name, sal from emp where sal between 60 and 80 and dept in ('ops', 'hr') or name ilike 'a%' order by sal desc, name limit 3;
select nullif(sal, 70) is null, sal is null, coalesce(dept, 'none'), sal > 70 or null from emp order by id;
update emp set sal = 'x' where id = 1;
update emp set name = upper(name), nope = 1;
update emp set id = 1 where id = 2;
update emp set mgr = 99 where id = 2;
delete from emp where id = 1;
delete from emp e using emp m where e.mgr = m.id and m.name = 'Eve' returning e.id, m.name;
insert into emp select id + 10, name, dept, sal, mgr from emp where dept = 'ops' returning *;
insert into emp values (20, 'x', 'y', 1, 1, 1);
insert into emp (id, name) values (20);
insert into emp (id, name) values (20, 'a', 'b');
insert into emp (id, name, id) values (1, 'a', 2);
insert into emp values (default, 'x');
insert into emp (id) select 'a';
create view v as select name, sal from emp where sal > 70 with check option; insert into v values ('z', 5); update v set sal = 10; update v set sal = sal + 1 returning *; \d+ v
create view v2 as select dept, count(*) from emp group by dept; insert into v2 values ('a', 1); delete from v2; drop view v2; create or replace view v as select name from emp; create or replace view v as select name, sal, id from emp where sal > 70; alter view v rename to vv; select * from vv order by 1; drop table emp; drop table emp cascade;

### -q
create role alice login password 'x'; create role bob login; create role team; grant team to alice; create table pay (id int primary key, who text, amt numeric); insert into pay values (1, 'alice', 10), (2, 'bob', 20); grant select on pay to team; grant insert (id, who) on pay to bob;
set role alice; select * from pay order by id; insert into pay values (3, 'x', 1); update pay set amt = 1; delete from pay; truncate pay; drop table pay; create table t1 (a int); reset role;
set role bob; select * from pay; insert into pay (id, who) values (5, 'bob'); insert into pay values (6, 'bob', 5); create schema s; create role r; create database d; alter table pay add column x int; select * from pg_authid; reset role;
revoke select on pay from team; set role alice; select * from pay; reset role; grant all on pay to public; \dp pay
revoke all on pay from public, bob, team; \dp pay
grant select on all tables in schema public to team with grant option; \dp pay
grant select on nope to alice; grant select on pay to nope; grant nope on pay to alice; grant usage on pay to alice; grant select (nope) on pay to alice; revoke team from bob; grant team to team; grant alice to team;
alter table pay enable row level security; create policy own on pay for select to team using (who = current_user); grant select on pay to alice; set role alice; select * from pay; reset role; create policy own on pay using (true); drop policy nope on pay; drop policy if exists nope on pay; create policy ins on pay for insert with check (amt > 0); grant insert on pay to alice; set role alice; insert into pay values (9, 'alice', -1); insert into pay values (9, 'alice', 1); select * from pay order by 1; reset role; \d pay
alter table pay force row level security; alter table pay disable row level security; select relrowsecurity, relforcerowsecurity from pg_class where relname = 'pay';
drop role team; drop role alice; drop owned by alice; drop role alice; drop role bob, team; drop role if exists nope; drop role nope; create role postgres; create role bob; alter role nope login; alter user bob with password 'y' valid until '2030-01-01' connection limit 3; \du bob
alter role bob rename to robert; alter role robert superuser createdb; select rolname, rolsuper, rolcreatedb, rolcanlogin from pg_roles where rolname = 'robert'; set session authorization robert; select session_user, current_user; reset session authorization; set role nope; drop role robert;

### -q
create function add(a int, b int default 2) returns int language plpgsql as $$ begin return a + b; end $$; select add(1), add(1, 5), add(b => 3, a => 1), add(a := 4); select add(); select add('x'); select add(1, 2, 3);
create or replace function div(a numeric, b numeric) returns numeric as $$
begin
  return a / b;
exception
  when division_by_zero then
    raise notice 'caught: % (%)', sqlerrm, sqlstate;
    return null;
end;
$$ language plpgsql; select div(4, 2), div(1, 0);
create function classify(n int) returns text language plpgsql as $$
declare
  r text;
begin
  if n < 0 then r := 'neg';
  elsif n = 0 then r := 'zero';
  else
    case
      when n < 10 then r := 'small';
      when n < 100 then r := 'medium';
      else r := 'large';
    end case;
  end if;
  return r;
end $$; select classify(-1), classify(0), classify(5), classify(50), classify(500), classify(null);
create function loops() returns setof int language plpgsql as $$
declare i int; a int[] := array[7,8]; x int;
begin
  for i in reverse 3..1 loop return next i; end loop;
  for i in 1..10 by 4 loop return next i; end loop;
  foreach x in array a loop return next x; end loop;
  i := 0;
  loop i := i + 1; exit when i > 2; continue when i = 1; return next i * 100; end loop;
  while i < 5 loop i := i + 1; return next i * 1000; end loop;
  return query select g * 7 from generate_series(1, 2) g;
  return query execute 'select $1 + $2' using 1, 2;
  return;
end $$; select * from loops(); select count(*) from loops();
do $$ declare r record; begin for r in select * from (values (1, 'a'), (2, 'b')) v(n, t) loop raise notice 'row % % %', r.n, r.t, r; end loop; end $$;
do $$ begin raise info 'info %', 1; raise warning 'warn %', 2; raise log 'log'; raise debug 'debug'; raise notice 'pct %% done %', 5; raise exception 'boom % at %', 1, 'x' using detail = 'd', hint = 'h', errcode = '22012'; end $$;
do $$ begin raise exception 'x' using errcode = 'nope_cond'; end $$;
do $$ begin raise; end $$;
do $$ begin raise notice 'a % b %', 1; end $$;
do $$ declare x int; begin select 1 / 0 into x; exception when others then raise notice 'state=% msg=%', sqlstate, sqlerrm; end $$;
do $$ declare x int; y text; begin x := 'abc'; end $$;
do $$ declare x int not null; begin null; end $$;
do $$ declare x int not null := 1; begin x := null; end $$;
do $$ declare c constant int := 5; begin c := 6; end $$;
do $$ begin perform nope(); end $$;
do $$ begin select 1; end $$;
do $$ begin insert into nope values (1); end $$;
do $$ begin if 1 then null; end if; end $$;
do $$ begin x := 1; end $$;
do $$ begin for i in 1..3 loop raise notice '%', i end loop; end $$;
do $$ begin return 1; end $$;
do language sql $$ select 1 $$;
create table log (id serial, msg text, at timestamp default '2024-01-01'); create function audit() returns trigger language plpgsql as $$ begin if tg_op = 'DELETE' then insert into log(msg) values ('del ' || old.id); return old; end if; insert into log(msg) values (tg_op || ' ' || new.id || coalesce(' was ' || old.id, '')); return new; end $$; create table it (id int primary key, v int); create trigger a before insert or update or delete on it for each row execute function audit(); insert into it values (1, 1), (2, 2); update it set id = 3 where id = 2; delete from it where id = 1; select id, msg from log order by id; \d it
create function chk() returns trigger language plpgsql as $$ begin if new.v < 0 then raise exception 'v must be >= 0, got %', new.v using errcode = 'check_violation'; end if; new.v := new.v * 10; return new; end $$; create trigger b before insert or update of v on it for each row when (new.v is not null) execute function chk(); insert into it values (9, -1); insert into it values (9, 4) returning *; update it set v = -5 where id = 9; alter table it disable trigger b; insert into it values (10, -1); select * from it order by 1; drop trigger b on it; drop trigger b on it; drop trigger if exists b on it; drop function chk; drop function audit; drop function audit() cascade;
create function skip() returns trigger language plpgsql as $$ begin return null; end $$; create trigger s before delete on it for each row execute function skip(); delete from it; select count(*) from it; create trigger s before delete on it for each row execute function skip(); create trigger s2 after truncate on it execute function skip(); truncate it; create function notrig() returns int language sql as 'select 1'; create trigger t3 before insert on it for each row execute function notrig(); create trigger t4 before insert on nope for each row execute function skip(); create trigger t5 before insert on it for each row execute function nope();
create procedure bump(inout n int, by int default 1) language plpgsql as $$ begin n := n + by; end $$; call bump(5); call bump(5, 10); call bump('x'); select bump(1); create procedure tx() language plpgsql as $$ begin insert into it values (100, 1); commit; insert into it values (101, 1); rollback; end $$; call tx(); select id from it where id >= 100; begin; call tx(); rollback; call nope();
create function multi(out a int, out b text) language plpgsql as $$ begin a := 1; b := 'x'; end $$; select multi(); select * from multi(); select (multi()).b; create function tab(n int) returns table (k int, sq int) language sql as $$ select g, g * g from generate_series(1, n) g $$; select * from tab(3) where k > 1; select k, tab.sq from tab(2); create function setof_row() returns setof it language sql as 'select * from it order by id'; select id from setof_row();
create function vararg(variadic xs int[]) returns int language sql as 'select sum(x)::int from unnest(xs) x'; select vararg(1, 2, 3), vararg(variadic array[4, 5]); create function strictf(int) returns int language sql strict as 'select $1 + 1'; select strictf(null), strictf(1); create function imm(x int) returns int immutable parallel safe cost 5 language sql return x + 1; select imm(4); \df imm
create or replace function add(a int, b int default 2) returns text language sql as 'select 1::text'; drop function add(int, int); create function add(a int, b int default 1, c int) returns int language sql as 'select 1'; create function bad(x nope) returns int language sql as 'select 1'; create function bad() returns int language nope as 'x'; create function bad() returns int language sql as 'selec 1'; create function bad() returns int language sql as 'select nope'; create function bad() returns int language plpgsql as 'begin return 1'; create function bad() returns int language plpgsql as $$ begin retrun 1; end $$;
do $$ declare v_state text; v_msg text; v_ctx text; begin begin perform 1 / 0; exception when others then get stacked diagnostics v_state = returned_sqlstate, v_msg = message_text, v_ctx = pg_exception_context; raise notice '% | % | %', v_state, v_msg, v_ctx; end; end $$;
do $$ declare n int; begin update it set v = 1; get diagnostics n = row_count; raise notice 'updated %', n; if found then raise notice 'found'; end if; delete from it where false; raise notice '%', found; select count(*) into strict n from it; select id into strict n from it; end $$;
do $$ declare n int; begin select id into strict n from it where id = -1; end $$;
do $$ declare j jsonb := '{"a": [1,2]}'; k text; v jsonb; begin for k, v in select * from jsonb_each(j) loop raise notice '% -> %', k, v; end loop; assert jsonb_array_length(j->'a') = 3, 'wrong length'; end $$;
do $$ declare t text; begin execute format('create table %I (id int)', 'my table'); execute 'insert into "my table" values ($1)' using 5; execute 'select id::text from "my table"' into t; raise notice '%', t; execute 'drop table "my table"'; execute 'select * from nope_tab'; end $$;
do $$ <<outer>> declare x int := 1; begin <<inner>> for i in 1..3 loop for j in 1..3 loop continue inner when j = 2; exit outer when i = 3; raise notice '% %', i, j; end loop; end loop; end $$;
do $$ declare a int[] := '{1,2,3}'; m int[][] := array[[1,2],[3,4]]; begin a[2] := 20; a := a || 4; raise notice '% % %', a, a[2:3], array_length(a, 1); foreach a slice 1 in array m loop raise notice '%', a; end loop; end $$;
do $$ declare r it%rowtype; v it.v%type; begin select * into r from it order by id limit 1; v := r.v; raise notice '% % %', r, r.id, v; r.id := 77; insert into it values (r.*); exception when unique_violation then raise notice 'dup'; end $$; select max(id) from it;

### -q
create table l (k text, v int) partition by list (k); create table l_ab partition of l for values in ('a', 'b'); create table l_null partition of l for values in (null); insert into l values ('a', 1), (null, 2); insert into l values ('z', 1); create table l_bad partition of l for values in ('b', 'c'); create table l_bad partition of l for values from (1) to (2); select * from l where k is null; create table nopart (a int); alter table l attach partition nopart for values in ('q'); create table fits (k text, v int); insert into fits values ('bad', 1); alter table l attach partition fits for values in ('ok'); delete from fits; alter table l attach partition fits for values in ('ok'); alter table l detach partition nopart; \d fits
create type mood as enum ('sad', 'ok', 'happy'); create table p (name text, m mood default 'ok'); insert into p values ('a', 'happy'), ('b', 'sad'), ('c', default); select * from p order by m; select * from p where m > 'sad' order by name; insert into p values ('d', 'angry'); alter type mood add value 'angry' after 'sad'; alter type mood add value 'ok'; select enum_range(null::mood), enum_first(null::mood); alter type mood rename value 'ok' to 'fine'; select m, count(*) from p group by m order by m; drop type mood; \dT+ mood
alter type mood rename to feeling; \d p
select 'happy'::feeling < 'sad'::feeling, max(m) from p; drop type feeling cascade; \d p
create domain posint as int check (value > 0); create domain email as text check (value ~ '^[^@]+@[^@]+$') not null; create table dt (n posint, e email); insert into dt values (1, 'a@b'); insert into dt values (0, 'a@b'); insert into dt values (1, 'nope'); insert into dt values (1, null); insert into dt (n) values (5); select 5::posint, (-1)::posint; alter domain posint add constraint lt100 check (value < 100); update dt set n = 100; alter domain posint drop constraint posint_check; alter domain posint set default 7; alter domain email drop not null; \dD
drop domain posint; drop domain posint cascade; \d dt
create type addr as (street text, zip int); create table person (id int, home addr); insert into person values (1, row('Main', 12345)), (2, ('Side', 999)); select id, (home).zip, home from person order by 1; update person set home.zip = 1 where id = 1; select (home).* from person order by 1; select home.zip from person; insert into person values (3, '("A, B",7)'); select row_to_json(person) from person where id = 3; alter type addr add attribute city text; select * from person where id = 3; alter type addr drop attribute zip; select * from person where id = 3; drop type addr; \d addr
create table parent (id int primary key, code text unique); create table child (id int, pid int references parent on delete cascade on update cascade, pcode text references parent (code) on delete set null, foreign key (pid) references parent (id) deferrable initially deferred); insert into parent values (1, 'a'), (2, 'b'), (3, 'c'); insert into child values (1, 1, 'a'), (2, 2, 'b'); insert into child values (3, 9, 'a'); insert into child values (3, 1, 'zzz'); delete from parent where id = 1; select * from child order by id; update parent set id = 20 where id = 2; select * from child; update parent set code = 'bb' where id = 20; delete from parent where code = 'b'; begin; insert into child values (5, 55, null); commit; \d child
drop table parent; alter table parent drop constraint parent_pkey; truncate parent; alter table child drop constraint child_pid_fkey; alter table child add constraint fk2 foreign key (pcode) references parent (code) on delete restrict not valid; alter table child validate constraint fk2; drop table parent cascade; \d child
create table c1 (a int check (a > 0) no inherit, b int constraint positive_b check (b > 0), c int, constraint ab check (a < b), unique (a, b), check (c <> 0)); \d c1
insert into c1 values (1, 2, 3); insert into c1 values (5, 2, 3); insert into c1 values (-1, 2, 3); insert into c1 values (1, 2, 3); insert into c1 values (null, null, 0); insert into c1 values (null, null, null); alter table c1 add check (c > 100); alter table c1 add constraint big check (c > 100) not valid; insert into c1 values (2, 3, 50); alter table c1 validate constraint big; alter table c1 drop constraint positive_b, add column d int default 5 check (d < 10), alter column a set default 3; insert into c1 (b, c, d) values (9, 200, 11); select * from c1 order by 1 nulls first; \d c1
create table u1 (a int, b int, unique nulls not distinct (a, b)); insert into u1 values (1, null), (1, null); create table u2 (a int unique deferrable initially deferred); insert into u2 values (1), (2); begin; update u2 set a = 3 - a; commit; select * from u2 order by 1; begin; insert into u2 values (1); commit; create unique index u3 on u1 (a) where b is null; insert into u1 values (2, null); insert into u1 values (2, 5), (2, 6); insert into u1 values (2, null) on conflict (a) where b is null do nothing; create unique index on u1 (a); \d u1
create view v1 as select id, upper(name) as uname, grp from big where id < 5; select * from v1 order by 1; create view v2 as select grp, sum(id) total from v1 group by grp; select * from v2 order by 1; \d+ v2
drop view v1; drop view v1 cascade; create view v1 (a, b) as select 1, 2; \d v1
create or replace view v1 as select 1 as a; create or replace view v1 (x, y) as select 1, 2; alter view v1 alter column a set default 5; alter view v1 rename column a to aa; drop table v1; create recursive view rv (n) as values (1) union all select n + 1 from rv where n < 3; select * from rv; create view vg as select id, grp from big where grp = 1 with local check option; insert into vg values (100, 2); insert into vg values (100, 1); update vg set grp = 3; delete from vg where id = 100; select count(*) from vg;
create materialized view mv as select grp, count(*) c from big group by grp order by grp; select * from mv; delete from big where grp = 0; select * from mv; refresh materialized view mv; select * from mv; create index on mv (grp); \d mv
drop view mv; drop materialized view mv; create materialized view mv2 as select 1 as x with no data; select * from mv2; refresh materialized view mv2; select * from mv2; alter materialized view mv2 rename to mv3; drop materialized view mv3;
copy big (id, name) to stdout with (format csv, header); copy (select id, grp from big order by id limit 2) to stdout delimiter '|' null 'NIL'; copy big from stdin;
1000	x	1
1001	y	notanint
\.
select pg_size_pretty(0::bigint), pg_size_pretty(10240::bigint), pg_size_pretty(1234567::bigint), pg_size_pretty(12345678901::bigint), pg_relation_size('big') > 0, pg_total_relation_size('big') >= pg_table_size('big'), pg_database_size(current_database()) > 1000000;
