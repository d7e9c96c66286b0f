-- What sessions of labs have shown to differ; compared with the real server.

### -q
create table a(id int, x text); create table b(id int, y text);
insert into a values (1,'p'),(2,'q'),(null,null); insert into b values (1,'r'),(3,null),(null,null);
select count(b), count(b.*), count(b.y), count(*) from a left join b on a.id = b.id;
select a.id, b is null as none from a left join b on a.id = b.id order by 1;
select a.x, s from a left join (select 1 as k, 'v' as w) s on s.k = a.id order by a.id;
select json_agg(b) from a left join b on a.id = b.id;
select json_agg(v) from (values (array[1,2]), (null), (array[3])) t(v);
### -q
create table kv(k text primary key, v int default 0, hits int not null default 1);
create table src(k text, v int); insert into kv values ('a'); insert into src values ('a',1),('a',2);
insert into kv values ('a',7) on conflict (k) do update set hits = hits + 1;
merge into kv t using src s on t.k = s.k when matched then update set v = s.v;
merge into kv t using src s on t.k = s.k when not matched then update set v = 1;
merge into kv t using src s on t.k = s.k when matched then insert values ('z');
copy (update kv set v = 5 returning k, v) to stdout;
copy (delete from kv) to stdout;
### -q
with recursive t(n) as (values (1) union all select n + 1 from t) select n from t limit 3 offset 2;
with recursive t(n) as (select n from t) select * from t;
with recursive t as (select 1 as n union all select count(*) from t) select * from t;
with a as (select * from b), b as (select 1) select * from a;
with a as (select * from a) select * from a;
select sum(g) over w from generate_series(1,2) g window w as (), w as ();
select row_number() over (order by d range between 1 preceding and current row) from (values (date '2024-01-01')) t(d);
select sum(n) over (order by n range between 1 preceding and current row) from (values (1.5),(2),(4)) t(n);
select row_number() over (order by d range between '1 day' preceding and current row) from (values ('x')) t(d);
select timestamp 'infinity' - now();
select array_fill(0, array[2], array[5]), array_fill(0, array[2], array[5,6]);
### -q
create sequence s; alter sequence s owned by nope.x; alter sequence s owned by x;
create table c2(a int primary key, t text); alter sequence s owned by c2.z;
create table g1(a int, b int default 3 generated always as (a) stored);
create table g1(a serial default 1); create table g1(a int generated always as identity default 1); create table g1(a int null not null);
create table g1(a int default 1 default 2);
create table g1(a int, constraint k check (a > 0), constraint k check (a < 9));
create table g1(a int references c2(a) not valid);
create index on c2(a) where now() > '2024-01-01';
create table d1(id int primary key deferrable); create table d2(p int references d1); create table d2(p int references d1(id));
create table d3(p varchar(5) references c2(a));
alter table c2 alter a add generated always as identity (sequence name s);
create type addr as (street text, n int); alter type addr rename attribute n to num cascade; \d addr
alter system set max_connections = 'x'; alter system set block_size = 4096;
### -q
create function top_n(n int) returns setof int language sql as $$ select g from generate_series(9, 1, -1) g limit n $$; select top_n(2); select * from top_n('x');
create function f5() returns trigger language plpgsql as $$ begin return null; end $$; select f5();
create role clerk; create role boss createrole;
create table notes(id serial primary key, t text); create sequence sq; grant usage on sequence sq to clerk; grant select on notes, notes_id_seq to clerk;
set role clerk; select * from sq; reset role;
drop role clerk;
grant connect on database lab to clerk; drop owned by clerk; drop role clerk;
set role boss; alter role postgres nosuperuser; alter role boss superuser; reset role;
alter role boss with nologin rename to other;
alter table notes enable row level security; create policy p on notes using (true);
create role reader; grant select on notes to reader; set row_security = off; set role reader; table notes;
reset role; set row_security = on; select x.notes.id from notes;
### -q
create database app; create user app; grant all privileges on database app to app; alter database app owner to app; \l app
create schema s1; grant usage on schema s1 to app; alter schema s1 owner to app; \dn+ s1
create function rec(n int) returns int language sql as $$ select case when n <= 1 then 1 else n * rec(n - 1) end $$; select rec(5);
create table emp(id int generated always as identity, sal int); grant select (id) on emp to app;
insert into emp overriding user value values (7, 2) returning *;
set role app; select emp from emp; select id from emp; create view mine as select 1; reset role;
create table x(a int not nul);
select row_number() filter (where true) over () from emp; select sum(rank() over ()) from emp;
set datestyle = 'nope';
### -q
select -(-2147483648), pg_typeof(-(-2147483648)), -(-(5)), - -1.5, pg_typeof(-2147483648);
create table p(id int, first text, last text); insert into p values (1,'Ada','Lovelace'),(2,'Alan','Turing');
create function full_name(p) returns text language sql as $$ select $1.first || ' ' || $1.last $$;
select p.full_name, (x.*).full_name from p join p x using (id) where x.full_name like 'A%' order by x.full_name;
select p.count from p; select p.nothing from p; select (p).nothing from p; select p.text from p;
begin; lock table p in access share mode; lock p in row exclusive mode nowait; lock only p, p * in share row exclusive mode;
lock table p in access mode; rollback; begin; lock table p in sharing mode; rollback;
begin; declare c cursor for select * from p; fetch c; update p set last = 'X' where current of c;
savepoint s; update p set last = 'Y' where current of c; rollback to s; update p set first = 'Z' where current of c returning *;
delete from p where current of c; select * from p; delete from p where current of c; rollback;
create table o(a text collate "C", b text collate "POSIX", c varchar(9) collate "default");
\d o
alter table o alter a type text, alter c type text collate "C";
\d o
create table o2 (like o); create table o3 as select c, c || 'x' as d from o; create view ov as select max(c) as m from o;
select attrelid::regclass, attname, attcollation from pg_attribute where attrelid in ('o'::regclass,'o2'::regclass,'o3'::regclass,'ov'::regclass) and attnum > 0 order by 1, 2;
create table bad(a int collate "C"); create table bad(a text collate "nosuch");
create table sf(id int primary key, m int references sf); alter table sf drop column id; vacuum (full, frob) sf;
\set VERBOSITY verbose
create domain dn as int not null check (value > 0); select null::dn; select (-1)::dn;
