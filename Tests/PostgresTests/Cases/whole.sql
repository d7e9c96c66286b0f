-- Sessions of many statements, one database each; compared with the real server.

### -q
create table dept(id int primary key, name text not null unique, budget numeric(10,2) default 1000);
create table emp(id serial primary key, name varchar(20) not null, dept_id int references dept(id) on delete set null on update cascade, salary numeric(8,2) check (salary > 0), hired date default '2024-01-01', boss int references emp);
insert into dept(id,name) values (1,'Engineering'),(2,'Sales'),(3,'HR') returning *;
insert into emp(name,dept_id,salary,boss) values ('Ann',1,5000,null),('Bob',1,4000,1),('Cid',2,3000,1),('Dee',2,3500,3),('Eve',null,2000,1) returning id, name;
insert into emp(name,dept_id,salary) values ('Zed',9,100);
insert into emp(name,dept_id,salary) values ('Zed',1,-100);
insert into emp(name,dept_id,salary) values (null,1,100);
insert into emp(name,dept_id,salary) values ('a name that is much too long for the column',1,100);
insert into emp(id,name) values (1,'dup');
insert into emp(id,name) values ('x','dup');
insert into emp values (10,'a',1,1,'2024-01-01',null,7);
insert into emp(id,nme) values (10,'a');
insert into emp(id,id) values (10,11);
insert into emp(id) values (10,11);
insert into dept values (1,'Engineering') on conflict do nothing;
insert into dept values (1,'Eng2') on conflict (id) do update set name = excluded.name || '!' where dept.id = 1 returning dept.*, xmax = 0 as inserted;
insert into dept values (2,'Eng2!') on conflict (id) do update set name = excluded.name;
insert into dept values (4,'X') on conflict (budget) do nothing;
insert into dept values (4,'X') on conflict on constraint nope do nothing;
insert into dept as d values (3,'HR') on conflict on constraint dept_pkey do update set budget = d.budget + 10 returning budget;
insert into dept values (5,'a'),(5,'b') on conflict (id) do update set name = excluded.name;
update emp set salary = salary * 1.1 where dept_id = 1 returning name, salary, salary - 1 as less;
update emp e set salary = e.salary + d.budget / 10 from dept d where d.id = e.dept_id and d.name = 'Sales' returning e.name, d.name, e.salary;
update emp set (name, salary) = ('Bobby', 4100) where id = 2 returning *;
update emp set (name, salary) = (select 'Robert', 4200) where id = 2;
update emp set nope = 1;
update emp set salary = 'abc';
update emp set emp.salary = 1;
update dept set id = 20 where id = 2;
select e.name, e.dept_id from emp e order by id;
delete from dept where id = 1;
select name, dept_id from emp order by id;
delete from emp where id = 1;
delete from emp using dept where dept.id = emp.dept_id returning emp.name, dept.name;
truncate dept;
truncate dept, emp restart identity;
insert into emp(name) values ('first') returning id;
truncate emp cascade;
drop table dept;
drop table dept cascade;
drop table nope;
drop table if exists nope;
\d emp
alter table emp add column email text unique, add column age int default 18 check (age >= 18);
alter table emp rename column email to mail;
alter table emp alter column age type bigint using age::bigint, alter column age drop default;
alter table emp drop constraint emp_age_check;
alter table emp drop constraint nope;
alter table emp add constraint mail_len check (length(mail) > 3) not valid;
alter table emp validate constraint mail_len;
alter table emp add primary key (id);
alter table emp alter column name type int;
alter table emp alter column name set default 'anon', alter column salary set not null;
insert into emp(salary) values (1) returning name, age;
alter table emp rename to staff;
alter table staff set schema nope;
alter table staff add column name text;
alter table staff add column if not exists name text;
alter table staff drop column nope;
alter table staff drop column if exists nope;
\d staff
comment on table staff is 'people'; comment on column staff.name is 'who';
\dt+ staff
\d+ staff
select obj_description('staff'::regclass), col_description('staff'::regclass, 2);
create index on staff (lower(name)); create unique index staff_x on staff (age desc nulls last) where age > 3; create index concurrently staff_y on staff using hash (name);
\di
select indexname, indexdef from pg_indexes where tablename = 'staff' order by 1;
create index staff_x on staff(age);
create index if not exists staff_x on staff(age);
drop index staff_x, nope;
reindex table staff;
cluster staff using staff_pkey;
create table like1 (like staff including all, extra int);
\d as1
create temp table tmp1(a int) on commit drop;
select * from tmp1;
create unlogged table un1(a int);
create table bad (a int, a text);
create table bad (a nope);
create table bad (a int primary key, b int primary key);
create table bad (a int references nope);
create table bad (a int, foreign key (b) references staff(id));
create table bad (a text references staff(id));
create table bad (a int references staff(name));
create table bad (a int check (b > 1));
create table bad (a int default b);
create table bad (a int default (select 1));
create table bad (a int generated always as (a + 1) stored);
create table gen (a int, b int generated always as (a * 2) stored);
insert into gen values (1, 5);
insert into gen values (1, default), (4, default) returning *;
update gen set b = 3;
create table ident (id int generated always as identity (start with 10 increment by 5), v text);
insert into ident values (1, 'x');
insert into ident overriding system value values (1, 'x') returning *;
insert into ident(v) values ('y'), ('z') returning id;
alter table ident alter column id restart with 100; insert into ident(v) values ('w') returning id;
alter table ident alter column id drop identity; insert into ident(v) values ('q');

### -q
create table parent(id int primary key); create table c_restrict(pid int references parent on delete restrict); create table c_setdef(pid int default 0 references parent on delete set default on update set default); create table c_casc(pid int references parent on delete cascade on update cascade);
insert into parent values (0),(1),(2),(3); insert into c_restrict values (1); insert into c_setdef values (2); insert into c_casc values (3),(3);
delete from parent where id = 1;
delete from parent where id = 2; select * from c_setdef;
update parent set id = 33 where id = 3; select * from c_casc;
delete from parent where id = 33; select count(*) from c_casc;
delete from parent where id = 0;
create table self(id int primary key, p int references self deferrable initially deferred);
insert into self values (1, 2), (2, 1);
insert into self values (3, 4);
begin; insert into self values (5, 6); insert into self values (6, null); commit;
begin; insert into self values (7, 8); select 1; commit;
begin; set constraints all immediate; insert into self values (7, 8); rollback;
begin; insert into self values (9, 10); set constraints self_p_fkey immediate; rollback;
set constraints nope deferred;
begin; set constraints nope deferred; rollback;
create table u(a int unique deferrable initially deferred, b int); insert into u values (1,1),(2,2);
begin; update u set a = a + 1; commit; select * from u order by b;
begin; update u set a = 5; commit;
create table u2(a int unique); insert into u2 values (1),(2),(3); update u2 set a = a + 1;
update u2 set a = a - 1 returning a;
create table mf (a int, b int, foreign key (a, b) references nope(a, b) match full);
create table pp(a int, b int, primary key (a, b)); create table ff(a int, b int, foreign key (a, b) references pp match full);
insert into ff values (1, null);
insert into ff values (null, null);
insert into ff values (1, 2);
create table ff2(a int, b int, foreign key (a, b) references pp (a, b) on delete set null (a)); insert into pp values (1,2); insert into ff2 values (1,2); delete from pp; select * from ff2;
create table n1 (a int, constraint pos check (a > 0), constraint small check (a < 100)); insert into n1 values (-1);
insert into n1 values (200);
create table n2 (a int, b int, check (a < b), unique (a, b)); insert into n2 values (2,1);
insert into n2 values (1,2); insert into n2 values (1,2);
create table n3 (a int unique nulls not distinct); insert into n3 values (null); insert into n3 values (null);

### -q
create table sales(region text, product text, year int, amount numeric); insert into sales values ('north','a',2022,10),('north','a',2023,20),('north','b',2022,5),('south','a',2022,7),('south','b',2023,12.5),('south','b',2022,null),('east','c',2023,3);
select region, product, sum(amount), count(*), count(amount) from sales group by rollup(region, product) order by region nulls last, product nulls last;
select region, year, sum(amount), grouping(region, year) as g from sales group by cube(region, year) order by 4, 1, 2;
select region, product, avg(amount) from sales group by grouping sets ((region), (product), ()) order by 1 nulls first, 2 nulls first;
select region, sum(amount) filter (where year = 2022) as y22, sum(amount) filter (where year = 2023) as y23 from sales group by region order by 1;
select product, string_agg(region, ',' order by region desc) from sales group by 1 having count(*) > 1 order by 1;
select region, amount, rank() over w, dense_rank() over w, row_number() over w, percent_rank() over w, cume_dist() over w, ntile(3) over w from sales window w as (order by amount nulls first, region, product);
select region, year, amount, sum(amount) over (partition by region order by year, product rows between unbounded preceding and current row) as run, lag(amount) over (partition by region order by year, product), lead(amount, 1, 0) over (partition by region order by year, product), first_value(amount) over (partition by region order by year, product), last_value(amount) over (partition by region order by year, product), nth_value(amount, 2) over (partition by region order by year, product) from sales order by region, year, product;
select x, sum(x) over (order by x rows between 1 preceding and 1 following), sum(x) over (order by x range between 2 preceding and current row), sum(x) over (order by x groups between 1 preceding and 1 following exclude current row), array_agg(x) over (order by x rows between 1 following and 2 following), array_agg(x) over (order by x range between unbounded preceding and current row exclude ties) from (values (1),(2),(2),(4),(7)) v(x);
select x, avg(x) over (order by x desc rows 2 preceding), max(x) over (partition by x % 2) from generate_series(1,6) x order by x;
select d, sum(v) over (order by d range between '2 days' preceding and current row) from (values (date '2024-01-01', 1), ('2024-01-02', 2), ('2024-01-05', 4)) t(d, v);
select rank() from sales;
select sum(amount) over (order by year range 1 preceding) from sales where region = 'north' order by 1;
select sum(amount) over (rows between 1 following and 1 preceding) from sales;
select sum(amount) over (order by region, year range between 1 preceding and current row) from sales;
select region from sales where rank() over (order by amount) = 1;
select region, rank() over (order by sum(amount) desc nulls last) from sales group by region order by 2, 1;
with recursive t(n) as (values (1) union all select n + 1 from t where n < 5) select n, n * n as sq from t;
with recursive fib(a, b) as (select 0, 1 union all select b, a + b from fib where b < 50) select a from fib;
with recursive t(n) as (select 1 union all select 'x' from t) select * from t;
with recursive tree(id, parent, name) as (values (1, null::int, 'root'), (2, 1, 'usr'), (3, 1, 'etc'), (4, 2, 'bin')), walk as (select id, name, 1 as depth, name as path from tree where parent is null union all select t.id, t.name, w.depth + 1, w.path || '/' || t.name from tree t join walk w on t.parent = w.id) select * from walk order by path;
with recursive g(a, b) as (values (1,2),(2,3),(3,1)), w(a, b, path) as (select a, b, array[a] from g where a = 1 union all select g.a, g.b, path || g.a from g join w on g.a = w.b where g.a <> all(path)) select * from w;
with a as (select 1 as x), b as (select x + 1 as y from a) select * from a, b;
with ins as (insert into sales values ('west','z',2024,1) returning *) select region, amount from ins;
with del as (delete from sales where region = 'west' returning *), upd as (update sales set amount = 0 where amount is null returning *) select 'd', count(*) from del union all select 'u', count(*) from upd;
with x as (select 1) select * from y;
with x as (select 1), x as (select 2) select * from x;
with x(a, b) as (select 1) select * from x;
with x as materialized (select 1 as a) select * from x union select 2 except select 3 order by a desc;
select * from (values (1,'a'),(2,'b')) v(i, s) full join (values (2,'B'),(3,'C')) w(i, t) using (i) order by i;
select * from (values (1,'a'),(2,'b')) v(i, s) natural left join (values (2,'B')) w(i, t) order by i;
select v.i, w.i from (values (1),(2)) v(i) cross join (values (10),(20)) w(i) order by 1, 2;
select v.i, l.* from (values (1),(2)) v(i), lateral (select v.i * g as p from generate_series(1,2) g) l order by 1, 2;
select v.i, l.x from (values (1),(2)) v(i) left join lateral (select 'x' as x where v.i = 2) l on true order by 1;
select * from (values (1),(2)) v(i) join (values (1)) w(j);
select * from (values (1)) v(i), (values (1)) v(j);
select i from (values (1)) v(i) join (values (1)) w(i) on v.i = w.i;
select * from (values (1)) a(x) join (values (1)) b(x) using (y);
select a.x, b.x from (values (1)) a(x) right join (values (1),(2)) b(x) on a.x = b.x order by 2;
select distinct on (region) region, product, amount from sales order by region, amount desc nulls last;
select distinct on (region) region from sales order by amount;
select distinct year from sales order by region;
select region from sales union select product from sales order by 1;
select year from sales intersect all select 2022 from generate_series(1,2) order by 1;
select 1 as a union all select 2 order by b;
(select 1 limit 1) union all (select 2 order by 1) limit 1 offset 1;
select region, sum(amount) from sales;
select region, sum(amount) from sales group by year;
select * from sales having count(*) > 1;
select sum(sum(amount)) over () from sales;
select region r, count(*) from sales group by r order by count(*) desc, r fetch first 2 rows with ties;
select * from sales order by 9;
select * from generate_series(1,10) g limit 3 offset 2;
select * from generate_series(1,2) with ordinality as t(v, n);
select * from rows from (generate_series(1,3), generate_series(10,11)) as t(a, b);
select a, b from unnest(array[1,2,3], array['x','y']) as t(a, b);
select generate_series(1,3), generate_series(1,2);
select g, (select count(*) from sales s where s.year = 2021 + g) from generate_series(1,2) g;
select exists (select 1 from sales where region = 'x'), not exists (select 1 from sales), 5 in (1,2,5), null in (1), 1 not in (2, null);
select 5 > all (array[1,2]), 5 = any ('{5,6}'), 3 < some (select 4), array[1,2] @> array[1];
select (1, 2) < (1, 3), row(1, null) is null, row(null, null) is null, (1, 'a') = (1, 'a');
select case when amount > 10 then 'big' when amount is null then 'none' else 'small' end as size, count(*) from sales group by 1 order by 1;
select coalesce(null, 'a'), nullif(1, 1), greatest(1, 2, null), least('b', 'a');
table sales order by amount limit 1;
values (1, 'x'), (2, 'y') order by 1 desc;
values (1), (2, 3);
select sales from sales order by amount limit 1;
select (sales).region from sales order by 1 limit 1;
select s.* from sales s where s.region like 'n%' and s.amount between 5 and 15 order by amount;
select percentile_cont(array[0.25,0.5]) within group (order by amount) from sales;
select json_agg(region order by region) from sales;
select jsonb_object_agg(region, year) from sales;
select array_agg(distinct region order by region) from sales;
select array_agg(distinct region order by amount) from sales;
select count(distinct region), count(distinct (region, year)) from sales;
select mode() within group (order by region), percentile_disc(0.5) within group (order by amount) from sales;
merge into sales s using (values ('north','a',2022,99),('new','n',2025,1)) v(r,p,y,a) on s.region = v.r and s.product = v.p and s.year = v.y when matched and v.a > 50 then update set amount = v.a when not matched then insert values (v.r, v.p, v.y, v.a);
merge into sales s using (select 'north' as r) v on s.region = v.r when matched then delete;
select count(*) from sales;
select region, lag(region) over () from sales where false;
select 1 from sales group by ();
select year, region from sales group by grouping sets (year, (year, region), ()) order by year, region;
select grouping(year) from sales;
select grouping(product) from sales group by year;
select ntile(0) over () from sales;
select nth_value(1, 0) over () from generate_series(1,2);
select first_value(x) over (order by x) filter (where x > 1) from generate_series(1,2) x;
select sum(x) over w, count(*) over (w order by x) from generate_series(1,3) x window w as (partition by x % 2) order by 1, 2;
select sum(x) over nope from generate_series(1,3) x;

### -q
select timestamp '2024-01-01 12:00' at time zone 'UTC+3', timestamptz '2024-07-01 12:00+00' at time zone 'America/New_York', timestamptz '2024-07-01 12:00+00' at time zone 'PST', timestamp '2024-07-01 12:00' at time zone 'asia/tokyo', timestamptz '2024-07-01 12:00+00' at time zone interval '-5 hours', timestamptz '2024-01-01 00:00+00' at time zone '+2';
select to_char(timestamptz '2024-07-01 12:00+00' at time zone 'Europe/London', 'HH24:MI TZ'), '2024-03-31 02:30 Europe/Paris'::timestamptz, '2024-10-27 02:30 Europe/Paris'::timestamptz, '2024-01-01 10:00 CET'::timestamptz, '2024-01-01 10:00 Asia/Kathmandu'::timestamptz;
select '192.168.1.5/24'::cidr;
select '10.0.0.0'::cidr, '10.1'::cidr, '1.2.3.4/33'::inet;
select '5874897-12-31'::date, '5874898-01-01'::date;
select '294276-12-31'::timestamp, '294277-01-01'::timestamp;
select '4713-01-01 BC'::date, '4714-01-01 BC'::date, '0001-01-01 BC'::timestamp;
select extract(epoch from interval '1 month'), extract(week from date '2021-01-03'), extract(isoyear from date '2021-01-03'), extract(dow from date '2021-01-03'), extract(century from date '2000-12-31'), date_part('decade', date '1999-01-01'), extract(julian from date '2000-01-01'), extract(timezone_hour from timestamptz '2024-01-01');
select extract(hour from date '2024-01-01');
select extract(day from '2024-01-01');
select to_char(1234.5, '9G999D99'), to_char(-7, 'MI99'), to_char(0.5, '0.00'), to_char(12, 'RN'), to_char(3, '99th'), to_char(1e10, '9.99EEEE'), to_char(123, '0000000'), to_char(99.99, 'L999D99'), to_char(-1, 'PR9'), to_char(-1, '9PR');
select to_char(date '2024-01-05', 'FMDay, FMDDth FMMonth YYYY'), to_char(timestamp '2024-01-05 15:04:05', 'HH12:MI:SS AM'), to_char(timestamp '2024-01-05', 'Q WW IW DDD J CC'), to_char(interval '25 hours 3 min', 'HH24:MI:SS'), to_char(timestamp '2024-01-05', 'DY Dy dy MON mon "literal" YY');
select to_date('20240230', 'YYYYMMDD');
select to_date('2024 Feb 3', 'YYYY Mon DD'), to_timestamp('2024-01-02 03:04:05.678', 'YYYY-MM-DD HH24:MI:SS.MS'), to_number('1,234.5-', '9G999D9S'), to_date('x', 'YYYY');
select make_interval(hours => 3, mins => 90), justify_hours('49 hours'), justify_interval('40 days 30 hours'), interval '1.5 days', interval '1 year -3 months', '1-2 3 4:05:06'::interval, 'P1DT2H'::interval, interval '2' day, interval '3:30' minute to second;
select '1 year 2 mons'::interval > '400 days', interval '1 day' = '24 hours', interval '1 month' = '30 days', extract(days from interval '100 hours'), interval '7 days' / 2, interval '1 hour' * 1.5, - interval '1 day 2:00', abs(-5), interval '1 day' * '2';
select date_trunc('week', timestamp '2024-01-03'), date_trunc('century', date '2024-01-01'), date_trunc('minute', interval '1:02:03'), date_bin('7 days', timestamp '2024-01-10', timestamp '2024-01-01'), (date '2024-01-05', date '2024-02-01') overlaps (date '2024-01-31', interval '3 days'), generate_series(timestamp '2024-01-01', timestamp '2024-01-02', '10 hours');
select regexp_replace('hello world', '\mw', 'W'), 'x' ~ '[[:alpha:]]', 'aXbX' ~ '^(.X)+$', regexp_match('foobarbaz', 'ba.*?'), regexp_match('abcd', '(?=b)..'), 'a(b' ~ 'a\(b', regexp_match('xay', '(a)?(b)?'), 'ab' ~ '(';
select 1/3.0, 2/3, 10.0/4, 1e-10::numeric, 0.1 + 0.2, 1.0::float8/3, 5 % 3, -5 % 3, 5.5 % 2, mod(-7, 3), div(7, 2), power(2, 0.5), 2 ^ 3 ^ 2, sqrt(2), cbrt(27), exp(1), ln(10), log(100), log(2, 8), pi(), degrees(pi()), sign(-3.2), gcd(12, 18), lcm(4, 6), factorial(10), width_bucket(5, 0, 10, 5), trunc(-1.5), round(-1.5), round(1.005, 2), ceil(-0.5), floor(-0.5), scale(1.230), min_scale(1.230), trim_scale(1.230);
select 1.5::int, 2.5::int, 1e3::int, '0x10'::int;
select 'NaN'::numeric > 1, 'Infinity'::numeric, '-inf'::float8, 'nan'::float8 = 'nan', 1e400::float8;
select 2147483648::int;
select (-32768)::int2 * -1::int2, abs(-2147483648);
select 1 / 0.0;
select mod(5, 0);
select 10 / 2 * 5, 2 + 3 * 4 ^ 2, not true or true, 1 < 2 = true;
select '{1,2,3}'::int[], array[[1,2],[3,4]], array[1,2] || 3, 0 || array[1], array[1] || array[[2],[3]], '[2:4]={1,2,3}'::int[], (array[10,20,30])[2], (array[10,20,30])[2:3], (array[1,2,3])[5], array_length(array[[1,2],[3,4]], 2), array_dims('{{1,2}}'::int[]), cardinality(array[1,2]), array_position(array['a','b'], 'b'), array_positions(array[1,2,1], 1), array_remove(array[1,2,1], 1), array_replace(array[1,2], 2, 9), array_append(null::int[], 1), array_prepend(1, '{2}'), array_cat('{1}', '{2}'), array_fill(7, array[3]), array_to_string(array[1,null,3], ',', '*'), array_ndims('{{1}}'::int[]), array_lower('{1}'::int[], 1), array_upper('{1,2}'::int[], 1), trim_array(array[1,2,3], 1);
select array[1,2] && array[2,3], array[1,2] <@ array[1,2,3], array[1,2] = '{1,2}', array[1,2] < array[1,3], '{a,"b c",NULL,"NULL",""}'::text[], '{1,2}'::text[] = array['1','2'], unnest('{{1,2},{3,4}}'::int[]);
select array[1, 'a'];
select '{1,{2}}'::int[];
select array[[1,2],[3]];
create table arr(id int, tags text[], m int[][] default '{{1,2},{3,4}}'); insert into arr(id, tags) values (1, '{a,b}'), (2, array['c']::text[]), (3, null); update arr set tags[2] = 'z', m[1][1] = 9 where id = 1; update arr set tags = tags || 'new' where id = 2; select * from arr order by id;
select id from arr where 'a' = any(tags); select id, unnest(tags) from arr order by 1, 2; select id, t, n from arr, unnest(tags) with ordinality u(t, n) order by 1, 3; select array_agg(id order by id desc) from arr; select array(select id from arr order by id);
update arr set m[5] = 1 where id = 1;
select tags[1:1], m[1:2][2], tags[0], tags[:1] from arr order by id;
select '{"a": 1, "b": [1, 2, {"c": null}], "d": "x"}'::jsonb, '{"a":1, "a":2}'::json, '{"a":1, "a":2}'::jsonb, '[1, 1.0, 1e2, "\u00e9"]'::jsonb, 'null'::jsonb;
select j->'a', j->>'d', j->'b'->0, j#>'{b,2,c}', j#>>'{b,1}', j->'zz', j->'b'->-1, j ? 'a', j ?| array['x','a'], j ?& array['a','b'], j @> '{"a":1}', '{"a":1}' <@ j, j - 'a', j - array['a','b'], j #- '{b,0}', j || '{"e":5}', j->'b' @> '1' from (select '{"a": 1, "b": [1, 2, {"c": null}], "d": "x"}'::jsonb as j) s;
select * from jsonb_each('{"a":1,"b":"x"}'); select * from jsonb_each_text('{"a":1,"b":"x"}'); select * from jsonb_object_keys('{"z":1,"a":2}'); select * from jsonb_array_elements('[1,{"a":2}]'); select * from jsonb_array_elements_text('["a",1]') with ordinality; select * from jsonb_to_record('{"a":1,"b":"x","c":[1]}') as t(a int, b text, c int[], d date); select * from jsonb_to_recordset('[{"a":1},{"a":2,"b":"y"}]') as t(a int, b text); select * from json_populate_record(null::arr, '{"id":7,"tags":["q","r"]}');
select jsonb_array_elements('{"a":1}');
select jsonb_array_length('{}');
select '{"a":1'::jsonb;
select '{"a":1}'::jsonb->'a' + 1;
select ('{"a":"5"}'::jsonb->>'a')::int + 1, ('{"a":5}'::jsonb->'a')::int, ('{"a":true}'::jsonb->'a')::bool, '[3,1,2]'::jsonb < '[3,2]'::jsonb, '"x"'::jsonb->>0, '"abc"'::jsonb #>> '{}';
select ('{"a":[1,2]}'::jsonb)['a'][1], jsonb '{"a":1}' = '{"a":1.0}', json '{"a":1}' ->> 'a';
select json '{"a":1}' = json '{"a":1}';
create table js(id serial, data jsonb); insert into js(data) values ('{"name":"x","tags":["a","b"],"n":1}'), ('{"name":"y","tags":[],"n":2.50}'); update js set data['name'] = '"zz"' where id = 1; update js set data = jsonb_set(data, '{n}', to_jsonb((data->>'n')::numeric + 1)); select * from js order by id; select id from js where data @> '{"tags":["a"]}'; select data->>'name' as name, count(*) from js group by 1 order by 1; create index on js using gin (data); create index on js ((data->>'name')); \d js
select int4range(5, 1);
create type mood as enum ('sad', 'ok', 'happy'); select 'ok'::mood > 'sad', enum_range(null::mood), enum_first(null::mood), enum_last(null::mood), enum_range('ok'::mood, null);
create table p(name text, m mood default 'ok'); insert into p values ('a', 'happy'), ('b', default), ('c', 'sad'); select * from p order by m desc; select m, count(*) from p group by m order by m; insert into p values ('x', 'angry'); select * from p where m > 'sad' order by name; drop type mood; \dT+ mood
create domain posint as int check (value > 0) not null; select 5::posint, 0::posint; select null::posint; create domain email as text constraint valid check (value ~ '^[^@]+@[^@]+$') default 'a@b'; create table dm(e email, n posint); insert into dm values ('bad', 1); insert into dm values ('x@y', -1); insert into dm(n) values (3) returning *; insert into dm(e) values ('q@r'); alter domain posint add constraint small check (value < 100); alter domain email drop constraint valid; drop domain posint; \dD
create type addr as (street text, zip int); create table pers(id int, home addr); insert into pers values (1, row('Main', 123)), (2, '("Side St",)'), (3, null); select (home).street, (home).zip + 1, home from pers order by id; update pers set home.zip = 999 where id = 2; select * from pers where (home).zip > 500; select row('a', 1)::addr, (row('a', 1)::addr).zip; alter type addr add attribute city text; select home from pers order by id; alter type addr drop attribute city; select (home).nope from pers; \d addr
select row(1, 'x')::addr;
select 'nope'::regclass;
select 'nope'::regtype;
select '\xDEADBEEF'::bytea, E'\\000ab'::bytea, encode('abc', 'base64'), decode('6162', 'hex'), length('\x00ff'::bytea), get_byte('\xff'::bytea, 0), set_byte('\x00'::bytea, 0, 65), substring('\x010203'::bytea from 2), '\x01'::bytea || '\x02', convert_from('\xc3a9', 'UTF8'), convert_to('é', 'LATIN1'), sha256('a'), md5('\x61'::bytea), bit_count('\xff'::bytea);
select 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, '{A0EEBC999C0B4EF8BB6D6BB9BD380A11}'::uuid, gen_random_uuid() is not null, 'xyz'::uuid;
select 12.34::money, '$1,000.00'::money + '5', 100::money / 3, '-$5'::money, 1234567.891::money, 5.5::money::numeric;
select current_setting('nope');
select set_config('my.var', 'x', false), current_setting('my.var');
select 'abc' < 'abd', 'B' < 'a', 'B' < 'a' collate "C", 'a' = 'A', 'a' ilike 'A', 'abc' like 'a_c', 'a%c' like 'a\%c', 'abc' like 'a#%' escape '#', 'abc' similar to '(a|b)%', 'a' collate "nope";
select 5 between symmetric 10 and 1, 1 is distinct from null, (null = null) is unknown, true is not false, null isnull, 1 notnull, 3 is null;
select 'con'
'cat', 1 as "Quoted Col", 2 as select_, 3 "as";
select 1_000;
select 0x1F, 1e5, .5, 5., 1.e3;
select -2 ^ 2, - 2 * 3, 2 - -2, 5 ! ;
select @-5, |/ 25, ||/ 8, !!5;

### -q
create function bad1() returns int as $$ begin retrn 1; end $$ language plpgsql;
create function bad2() returns int as $$ begin return 1 end $$ language plpgsql;
create function bad3() returns int as $$ begin x := 1; return x; end $$ language plpgsql;
create function bad4() returns int as $$ declare x int; begin if x then return 1; end; $$ language plpgsql;
create function bad6() returns int as $$ begin select from where; return 1; end $$ language plpgsql;
create function bad7() returns nope as $$ begin end $$ language plpgsql;
create function bad8(x int) returns int as $$ select nope from x $$ language sql;
create function bad10() returns int as $$ begin raise notice 'x %'; return 1; end $$ language plpgsql;
create function bad11() returns int as $$ declare x nope; begin return 1; end $$ language plpgsql;
create function bad12() returns int as $$ begin for r in select 1 loop end loop; return 1; end $$ language plpgsql;
create function bad13() returns trigger as $$ begin exit; end $$ language plpgsql;
create function bad14() returns int as $$ begin perform 1 + ; return 1; end $$ language plpgsql;
create function bad15() returns int language nope as 'x';
create function bad16() returns int as $$ begin raise exception 'a' using foo = 'x'; end $$ language plpgsql;
create function bad17() returns int as $$ begin while true loop null; end while; end $$ language plpgsql;
create function bad18() returns int as $$ begin return next 1; end $$ language plpgsql;
create function bad19() returns int as $$ declare x int; x text; begin return 1; end $$ language plpgsql;
create function bad20() returns int as $$ begin begin null; exception when nope then null; end; return 1; end $$ language plpgsql;
create function bad21() returns int as $$ begin return; end $$ language plpgsql;
create function bad22(int) returns int as $$ begin return $2; end $$ language plpgsql; select bad22(1);
create function noret() returns int as $$ begin null; end $$ language plpgsql; select noret();
create function f1(a int, b int default 2, out s int, out p int) as $$ begin s := a + b; p := a * b; end $$ language plpgsql; select f1(3); select * from f1(3, 4); select (f1(1)).p;
create function f2(variadic nums int[]) returns int language sql as $$ select sum(n)::int from unnest(nums) n $$; select f2(1,2,3), f2(variadic array[4,5]);
create function f3() returns table(id int, name text) as $$ begin return query select 1, 'a'::text; return query execute 'select $1, $2' using 2, 'b'::text; id := 3; name := 'c'; return next; end $$ language plpgsql; select * from f3(); select f3();
create function f4() returns setof int as $$ begin for i in 1..3 loop return next i * 10; end loop; return; end $$ language plpgsql; select * from f4() as x where x > 10; select f4() + 1;
create function f5(n int) returns int as $$ begin if n <= 1 then return 1; else return n * f5(n - 1); end if; end $$ language plpgsql immutable strict; select f5(5), f5(null);
select f6(1, 'a'::text);
create or replace function f5(n bigint) returns bigint as 'select n' language sql; select f5(3), f5(3::bigint), f5('3');
create or replace function f5(n int) returns text as $$ begin return 'x'; end $$ language plpgsql;
create or replace function f5(m int) returns int as $$ begin return 1; end $$ language plpgsql;
drop function f5;
drop function f5(int), f5(bigint);
create function f7() returns text as $$ declare v text; begin select relname into v from pg_class where relname = 'nope'; if not found then return 'none'; end if; return v; end $$ language plpgsql; select f7();
create function f8() returns text as $$ declare v text; begin select relname into strict v from pg_class where relname = 'nope'; return v; exception when no_data_found then return 'nodata ' || sqlstate || ' ' || sqlerrm; end $$ language plpgsql; select f8();
create function f9() returns int as $$ declare a int; b int; begin select 1, 2 into a, b; get diagnostics a = row_count; return a + b; end $$ language plpgsql; select f9();
create function f10(x int) returns text as $$ begin case x when 1, 2 then return 'low'; when 3 then return 'three'; end case; exception when case_not_found then return 'cnf: ' || sqlerrm; end $$ language plpgsql; select f10(1), f10(3), f10(9);
create function f11(t text) returns bigint as $$ declare n bigint; begin execute format('select count(*) from %I', t) into n; return n; end $$ language plpgsql; select f11('pg_am') > 0; select f11('no such');
create function f15() returns int as $$ begin perform 1/0; return 1; exception when division_by_zero then raise notice 'caught %', sqlerrm; return -1; when others then raise; end $$ language plpgsql; select f15();
create function f16() returns text as $$ declare a text; b text; c text; begin perform 'x'::int; return 'no'; exception when others then get stacked diagnostics a = message_text, b = returned_sqlstate, c = pg_exception_context; return a || '|' || b || '|' || c; end $$ language plpgsql; select f16();
create function outer_f() returns int as $$ begin return inner_f() + 1; end $$ language plpgsql; create function inner_f() returns int as $$ declare x int; begin x := 'abc'::int; return x; end $$ language plpgsql; select outer_f();
do $$ begin perform outer_f(); end $$;
do $$ declare r record; begin for r in select g, g * g as sq from generate_series(1, 3) g loop raise notice '% -> %', r.g, r.sq; end loop; raise notice 'last %', r; end $$;
do $$ declare a int[] := '{1,2,3}'; x int; s text := ''; begin foreach x in array a loop s := s || x || ';'; end loop; raise notice '%', s; a[2] := 20; a := a || 4; raise notice '% %', a, array_length(a, 1); end $$;
do $$ declare x int := 0; begin <<outer>> loop loop x := x + 1; exit outer when x > 5; continue outer when x % 2 = 0; end loop; end loop outer; raise notice '%', x; end $$;
do $$ declare c cursor for select generate_series(1, 3); v int; begin open c; loop fetch c into v; exit when not found; raise notice 'v=%', v; end loop; close c; end $$;
do $$ declare t pg_class%rowtype; n pg_class.relname%type; begin select * into t from pg_class where relname = 'pg_am'; n := t.relname; raise notice '%', n; end $$;
do $$ declare k constant int := 5; begin k := 6; end $$;
do $$ declare n int not null := 1; begin n := null; end $$;
do $$ begin execute 'selec 1'; end $$;
do $$ begin insert into nosuch values (1); end $$;
do $$ declare x int; begin x := (select 1 union select 2); end $$;
do $$ declare r record; begin raise notice '%', r.a; end $$;
do $$ declare x int; begin select 1, 2 into x; raise notice '%', x; x := 1.6; raise notice '%', x; x := 'q'; end $$;
do $$ begin for i in reverse 5..1 by 2 loop raise notice '%', i; end loop; for i in 3..1 loop raise notice 'never'; end loop; end $$;
do $$ begin null; commit; raise notice 'committed'; end $$;
do language plpgsql 'begin raise notice ''old style''; end';
do $$ begin return 1; end $$;
create table tt(id serial primary key, v int, log text); create function trg() returns trigger as $$ begin raise notice '% % % % %', tg_op, tg_when, tg_level, tg_table_name, tg_name; if tg_op = 'DELETE' then return old; end if; new.log := coalesce(new.log, '') || tg_op; return new; end $$ language plpgsql; create trigger b_row before insert or update or delete on tt for each row execute function trg(); create trigger a_stmt after insert or update on tt for each statement execute function trg();
insert into tt(v) values (1), (2); update tt set v = v + 1 where id = 1; delete from tt where id = 2; select * from tt;
create trigger b_row before insert on tt for each row execute function trg();
create trigger x before insert on tt for each row execute function nofn();
create trigger w before update of v on tt for each row when (old.v is distinct from new.v) execute procedure trg(); update tt set v = v; update tt set v = 100; \d tt
alter table tt disable trigger b_row; update tt set v = 5; alter table tt enable trigger b_row; drop trigger w on tt; drop trigger nope on tt; drop trigger if exists nope on tt;
create function stop() returns trigger as $$ begin if new.v < 0 then return null; end if; if new.v = 0 then raise exception 'zero not allowed' using errcode = 'check_violation'; end if; return new; end $$ language plpgsql; create trigger z before insert on tt for each row execute function stop(); insert into tt(v) values (-1), (7); insert into tt(v) values (0); select id, v from tt order by id;
create function trunc_t() returns trigger as $$ begin raise notice 'truncating %', tg_argv[0]; return null; end $$ language plpgsql; create trigger trunc_t before truncate on tt execute function trunc_t('arg one'); truncate tt;
create procedure pr(a int, inout b int default 5) language plpgsql as $$ begin b := a + b; end $$; call pr(1, 2); call pr(1); select pr(1, 2);
create procedure pr2() language plpgsql as $$ begin for i in 1..3 loop insert into audit(op) values ('x' || i); if i % 2 = 0 then commit; else rollback; end if; end loop; end $$; truncate audit; call pr2(); select op from audit; begin; call pr2(); rollback;
create procedure pr3() language sql as $$ insert into audit(op) values ('sql'); $$; call pr3(); drop procedure pr3; call pr3();
create function sqlr(a int) returns int language sql immutable return a + 1; select sqlr(4);
\df+ f1
select routine_name, routine_type, data_type from information_schema.routines where routine_schema = 'public' and routine_name like 'pr%' order by 1;
select pg_get_functiondef('f9'::regproc);
select f1(a => 1, b => 5), f1(b := 2, a := 3), f1(1, b => 7), f1(b => 1);

### -q
create role app login password 'x'; create role ro nologin; create role adm createdb createrole; create user bob in role ro; grant ro to app with admin option; \du
create table t1(id int primary key, secret text, pub text); insert into t1 values (1,'s','p'); grant select on t1 to ro; grant insert, update (pub) on t1 to app; \dp t1
set role app; select * from t1; insert into t1 values (2, 'a', 'b'); update t1 set pub = 'z' where id = 1; update t1 set secret = 'z'; delete from t1; truncate t1; drop table t1; create table mine(a int); reset role;
alter table t1 owner to adm; \d t1
grant select (id, pub) on t1 to bob; set role bob; select id, pub from t1; select secret from t1; select * from t1; reset role; \dp t1
revoke all on t1 from ro, app; revoke select (pub) on t1 from bob; \dp t1
set role bob; select id from t1; select pub from t1; select count(*) from t1; reset role;
grant all on t1 to public; \dp t1
revoke all on t1 from public; grant nope on t1 to bob;
grant select on nope to bob;
grant select on t1 to nope;
create schema priv; create table priv.x(a int); grant select on priv.x to bob; set role bob; select * from priv.x; reset role; grant usage on schema priv to bob; set role bob; select * from priv.x; create table priv.y(a int); reset role; \dn+
alter default privileges in schema public grant select on tables to ro; create table t2(a int); \dp t2
\ddp
alter default privileges in schema public revoke select on tables from ro; create table t3(a int); \dp t3
alter default privileges for role adm grant all on sequences to app; \ddp
create sequence sq; grant usage on sequence sq to bob; set role bob; select nextval('sq'); select setval('sq', 1); select currval('sq'); reset role; \dp sq
create function secret() returns int language sql security definer as 'select count(*)::int from t1'; revoke execute on function secret() from public; set role bob; select secret(); reset role; grant execute on function secret to bob; set role bob; select secret(); reset role; \df+ secret
create view v1 as select id, pub from t1; grant select on v1 to bob; set role bob; select * from v1; insert into v1 values (9, 'x'); reset role;
create table rls(id int, owner name, v text); insert into rls values (1,'app','a'),(2,'bob','b'),(3,'bob','c'); alter table rls enable row level security; grant all on rls to app, bob; create policy own on rls using (owner = current_user); \d rls
set role bob; select * from rls order by id; insert into rls values (4, 'bob', 'd'); insert into rls values (5, 'app', 'e'); update rls set v = v || '!' ; delete from rls where id = 1; reset role; select * from rls order by id;
set role app; select count(*) from rls; reset role; create policy adm on rls as permissive for select to app using (true); set role app; select count(*) from rls; update rls set v = 'q'; reset role; select * from rls order by id; \d rls
alter policy own on rls using (owner = current_user and id > 2); set role bob; select id from rls order by 1; reset role; drop policy adm on rls; drop policy nope on rls; drop policy if exists nope on rls; create policy own on rls using (true);
alter table rls force row level security; select count(*) from rls; alter table rls no force row level security; alter table rls disable row level security; set role app; select count(*) from rls; reset role;
create policy ins on rls for insert with check (v <> 'bad'); create policy bad on rls for insert using (true); create policy bad on rls for select with check (true); create policy bad on rls for delete with check (true);
create policy ro_p on rls as restrictive for all to bob using (id < 10) with check (id < 100); select polname, polcmd, polpermissive from pg_policy order by 1; select policyname, permissive, roles, cmd, qual, with_check from pg_policies order by 1;
drop role ro;
drop role bob;
reassign owned by bob to postgres; drop owned by bob; drop role bob;
drop role nope; drop role if exists nope;
create role app;
alter role app with superuser; alter role app set search_path = 'priv'; alter role app connection limit 5; alter role app valid until '2030-01-01'; \du app
alter role app rename to app2; set role app; set role app2; select current_user, session_user; reset role;
set session authorization app2; select current_user, session_user, current_setting('is_superuser'); reset session authorization;
select rolname, rolsuper, rolcanlogin from pg_roles where rolname !~ '^pg_' order by 1;
select has_table_privilege('app2', 't1', 'select'), has_schema_privilege('app2', 'priv', 'usage'), has_database_privilege('app2', current_database(), 'connect'), has_column_privilege('app2', 't1', 'id', 'select'), pg_has_role('app2', 'ro', 'member'), has_function_privilege('app2', 'secret()', 'execute'), has_sequence_privilege('app2', 'sq', 'usage');
select has_table_privilege('nope', 't1', 'select');
select grantee, privilege_type, is_grantable from information_schema.role_table_grants where table_name = 't1' order by 1, 2;
select table_schema, table_name, table_type from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema') order by 1, 2;
select column_name, data_type, is_nullable, column_default, character_maximum_length from information_schema.columns where table_name = 't1' order by ordinal_position;
select schemaname, tablename, tableowner from pg_tables where schemaname = 'public' order by 2;
select attname, atttypid::regtype, attnotnull, atthasdef from pg_attribute where attrelid = 't1'::regclass and attnum > 0 order by attnum;
select datname, datistemplate, datallowconn from pg_database order by 1;
select nspname from pg_namespace where nspname !~ '^pg_t' order by 1;
select extname, extversion from pg_extension;
show all_nope; show server_version_num; show max_connections; set work_mem = '64MB'; show work_mem; set work_mem = 'abc'; set work_mem = 1; set nope = 1; set my.x = 1; show my.x; reset work_mem; show work_mem; set statement_timeout = '2s'; show statement_timeout; set session characteristics as transaction read only; create table z(a int); set session characteristics as transaction read write; discard all;
set shared_buffers = '1GB'; set datestyle = 'German'; select date '2024-01-05'; reset datestyle; set search_path = priv, public; show search_path; select current_schemas(true); set search_path to default; set transaction isolation level serializable; set local work_mem = '1MB'; set enable_seqscan = off; show enable_seqscan; set enable_seqscan = maybe; set client_min_messages = error; set client_encoding = latin1; show client_encoding; set client_encoding = nope; reset all;
select name, setting, unit, context, vartype, source, boot_val from pg_settings where name in ('work_mem', 'max_connections', 'search_path') order by 1;
create schema s2 create table a(x int) create view b as select x from a; \dt s2.*
drop schema s2; drop schema s2 cascade; create schema if not exists priv; create schema priv; create schema authorization app2; \dn
alter schema priv rename to priv2; drop schema priv2; create schema pg_x;
create database db1; create database db1; drop database db1; drop database nope; drop database if exists nope; alter database lab set work_mem = '2MB'; alter database nope rename to x; \l lab

### -q
insert into w (v) values ('toolong'); insert into w (c) values ('toolong'); insert into w (bi) values (b'1'); insert into w (n) values ('abc'); insert into w (d) values ('2023-02-29'); insert into w (bo) values ('maybe'); insert into w (u) values ('123'); insert into w (j) values ('{a:1}'); insert into w (a) values ('{1,a}'); insert into w (i) values ('1 fortnight'); insert into w (t) values ('24:00:01'); insert into w (ip) values ('300.1.1.1'); insert into w (r) values (1e50); insert into w (m) values ('abc'); insert into w (b) values ('\xg1'); insert into w (tz) values ('2024-01-01 10:00 Nowhere/City');

### -q
create table emp (id int primary key, name text, dept text, sal int, mgr int references emp); insert into emp values (1,'Ann','IT',100,null),(2,'Bob','IT',80,1),(3,'Cat','HR',70,1),(4,'Dan','HR',70,3),(5,'Eve','IT',120,1);
with recursive chain as (select id, name, mgr, 0 lvl from emp where mgr is null union all select e.id, e.name, e.mgr, c.lvl + 1 from emp e join chain c on e.mgr = c.id) select repeat('  ', lvl) || name as org, lvl from chain order by lvl, name;
select e.name, m.name as boss from emp e left join emp m on e.mgr = m.id order by 1;
select dept, max(sal), min(sal), max(sal) - min(sal) as spread from emp group by dept having max(sal) <> min(sal);
delete from emp where id = 1; delete from emp where id = 4; update emp set id = 33 where id = 3; update emp set mgr = 77 where id = 2;
insert into emp values (6, 'F', 'IT', 1, 7), (7, 'G', 'IT', 1, null); insert into emp values (8, 'H', 'X', 1, 88); delete from emp where id in (6, 7);
create materialized view stats as select dept, count(*) n from emp group by dept; select * from stats order by 1; insert into emp values (30,'Z','HR',10,null); select * from stats order by 1; refresh materialized view stats; select * from stats order by 1; drop materialized view stats;
begin; insert into emp values (40,'T','T',1,null); savepoint a; insert into emp values (40,'T','T',1,null); select count(*) from emp; rollback to a; select count(*) from emp; commit; select count(*) from emp;
begin; lock table emp in share mode; update emp set sal = 1 where id = 40; end; begin; select * from emp where id = 40 for update; select * from emp where id = 2 for share nowait; select name from emp where id = 3 for update skip locked; commit;
select 'a' || 1, 'abc' like 'A%', 'abc' ilike 'A%', 'abc' ~ '^a', substring('hello' from 2 for 3), split_part('a,b,c', ',', 2), string_to_array('a,b', ','), array_to_string(array[1,2,3], '-'), lpad('7', 3, '0'), concat_ws('-', 'a', null, 'b'), format('%s is %s', 'x', 1), md5('a'), length('héllo'), octet_length('héllo'), char_length('abc'), strpos('abc', 'c'), translate('abc', 'ab', 'xy'), repeat('ab', 2), replace('aaa', 'a', 'b'), regexp_replace('abc123', '\d+', ''), quote_literal('it''s'), to_hex(255), ascii('A'), chr(65), encode('a', 'hex'), left('abc', 2), right('abc', 2), overlay('abcdef' placing 'XX' from 2 for 3), btrim('xxaxx', 'x'), initcap('hi there');
create type status as enum ('new', 'open', 'done'); create table tk (id serial, s status default 'new', h status[]); insert into tk (s, h) values ('open', '{new,open}'), (default, null); select * from tk where s >= 'open'; update tk set s = 'closed' where id = 1; update tk set h = h || 'done'::status where id = 1 returning h, array_length(h, 1); select enum_range(null::status), s::text || '!' from tk order by s desc; alter type status add value 'closed' after 'done'; update tk set s = 'closed' where id = 1 returning s; drop type status; alter table tk alter s type text; \d tk
create domain pct as numeric(5,2) check (value between 0 and 100); create table pc (p pct); insert into pc values (50.555), (100); insert into pc values (101); insert into pc values (-1); select p * 2 from pc; select 200::pct; alter table pc add q pct default 5; select * from pc; \dD pct
\z emp
copy (select id, name from emp order by id limit 2) to stdout with (format csv, header); copy emp (id, name) from stdin csv;
50,Copy
51,"Co,py"
\.
copy emp from stdin;
1	dup	x	1	\N
\.
copy emp from stdin;
bad	dup	x	1	\N
\.
copy emp from stdin;
60	a	x
\.
select id, name from emp where id >= 50 order by id; truncate emp; select count(*) from emp; copy emp to stdout;
create unlogged table ul (x int); create temp table tt (x int) on commit delete rows; begin; insert into tt values (1); select * from tt; commit; select * from tt; create temporary table if not exists tt (x int); \d tt

### -q
create type st as enum ('a','b'); create table tt1 (id int, s st, x st[]); create table tt2 (k st); drop type st; drop type st cascade; \d tt1
create type st as enum ('a','b'); create table tt3 (k st); drop type st cascade; select * from tt3;
create table ht (id int); insert into ht values (1),(2); begin; declare c1 cursor for select * from ht; fetch c1; delete from ht where current of c1; fetch c1; update ht set id = 20 where current of c1; commit; select * from ht;
create table cnt (k text primary key, n int default 0); insert into cnt values ('a', 1) on conflict (k) do update set n = cnt.n + excluded.n; insert into cnt values ('a', 5) on conflict (k) do update set n = cnt.n + excluded.n returning n, (xmax = 0) as inserted; insert into cnt (k) values ('b') on conflict (k) do nothing returning *; insert into cnt (k) values ('b') on conflict (k) do nothing returning *; insert into cnt values ('c', 1), ('a', 1) on conflict (k) do update set n = excluded.n where cnt.n < excluded.n returning *; select * from cnt order by k;
create table tree (id int primary key, parent int references tree); insert into tree values (1, 2), (2, 3), (3, null); insert into tree values (5, 6); delete from tree where id = 3; delete from tree; select count(*) from tree;
create table d1 (id int primary key); create table d2 (id int references d1 deferrable initially deferred); begin; insert into d2 values (5); insert into d1 values (5); commit; begin; delete from d1; delete from d2; commit; begin; insert into d2 values (9); commit; select * from d2;
set constraints all deferred; begin; set constraints all immediate; insert into d2 values (7); rollback; begin; set constraints d2_id_fkey immediate; insert into d2 values (7); rollback; alter table d2 alter constraint d2_id_fkey not deferrable; \d d2
create table inh (a int, b text); create table inh_c (c int) inherits (inh); insert into inh_c values (1, 'x', 10); update inh set b = 'y' returning *; select * from inh_c; alter table inh add column d int default 4; select * from inh_c; alter table inh_c drop column a; drop table inh; \d inh_c
create table rg (during daterange, room int); insert into rg values ('[2024-01-01,2024-01-10)', 1), ('[2024-02-01,)', 2); select * from rg where during @> date '2024-01-05'; select lower(during), upper(during), upper_inf(during) from rg; select room from rg where during && '[2024-01-09,2024-02-02]' order by 1; select daterange('2024-01-01', '2024-01-03', '[]'), int4range(1, 5) * int4range(3, 8), numrange(1.5, 2.5) @> 2.0, tsrange(null, '2024-01-01');
with moved as (delete from cnt where n > 1 returning *) insert into tt1 (id) select n from moved returning id; with a as (insert into cnt values ('z', 1) returning k), b as (select 1 as one) select a.k, b.one, (select count(*) from cnt) from a, b; select k from cnt order by k;
select * from (values (1, 'one'), (2, 'two'), (3, 'three')) as t (n, w) where n > 1 order by n desc; select array(select generate_series(1, 3)); select x.* from unnest(array['a', 'b']) with ordinality as x (v, i); select sum(v) from (select unnest(array[1, 2, 3]) v) s; select t.a, t.b from (select 1 as a, 2 as b) t; select count(*), count(distinct w) from (values ('x'), ('x'), ('y')) v (w);
