-- Sessions of many statements, one database each; compared with the real server.

### -q
create table par (a int, b text, c int default 3 check (c > 0)); create table ch (d int) inherits (par); create table ch2 (b text not null, e int) inherits (par); \d ch2
alter table par drop column a; \d ch
alter table ch drop column b; alter table par add column d int; \d ch
alter table par alter column c set default 9, alter column c set not null; \d ch
alter table par drop constraint par_c_check; \d ch2
alter table par add constraint ck check (c < 100); alter table ch drop constraint ck; alter table only par drop column c; \d ch
create table m (x int) inherits (ch, ch2); \d m
create table bad (b int) inherits (par);
alter table par rename column b to bb; \d m
alter table par alter column bb type varchar(20); \d m
create table gen (w int, h int); insert into gen values (2,3); alter table gen add column area int generated always as (w*h) stored; select * from gen; alter table gen alter area drop expression; insert into gen values (1,1,9) returning *; alter table gen alter w drop expression; alter table gen alter w drop expression if exists;
create table gg (a int, b int generated always as (a*2) stored); alter table gg drop column a; alter table gg alter column a type bigint; alter table gg alter b set default 3; alter table gg alter b drop default; alter table gg drop column a cascade; \d gg
create table ct (v varchar(10) check (length(v) < 5), n int check (n > 0)); alter table ct alter v type text; \d ct
alter table ct alter v type varchar(3); alter table ct alter n type numeric; \d ct
create table ui (id int, n int); create unique index ui_x on ui(id); create index ui_y on ui(n); alter table ui add constraint ui_pk primary key using index ui_x; alter table ui add constraint zz unique using index ui_y; alter table ui add constraint zz unique using index nope; \d ui
alter table ui replica identity full; \d+ ui
alter table ui enable always trigger nope; alter table ui disable trigger all; alter table ui enable trigger user;
create function tf() returns trigger language plpgsql as $$ begin raise notice '% % %', tg_name, tg_when, tg_op; return new; end $$; create trigger t1 before insert on ui for each row execute function tf(); alter table ui enable always trigger t1; \d ui
alter table ui disable trigger t1; insert into ui values (1,1); \d ui
create view vv as select id, n * 2 as dbl from ui where n > 0 order by 1 limit 5; insert into vv values (1,2); delete from vv; update vv set id = 1;
create view v3 as select id, n from ui; create function vf() returns trigger language plpgsql as $$ begin raise notice '% old=% new=%', tg_op, old, new; if tg_op = 'INSERT' then insert into ui values (new.id, new.n); end if; return coalesce(new, old); end $$; create trigger vi instead of insert or update or delete on v3 for each row execute function vf(); insert into v3 values (7, 8), (9, 10) returning *; update v3 set n = n + 1 where id > 7; delete from v3 where id = 7 returning n; select * from v3 order by 1; \d v3
create trigger bad instead of insert on ui for each row execute function tf(); create trigger bad before insert on v3 for each row execute function tf(); create trigger bad instead of insert on v3 execute function tf();
create function tt() returns trigger language plpgsql as $$ declare c int; begin if tg_op <> 'INSERT' then select count(*) into c from o; raise notice 'old %', c; end if; if tg_op <> 'DELETE' then select sum(n) into c from nw; raise notice 'new sum %', c; end if; return null; end $$;
create trigger s1 after insert on ui referencing new table as nw for each statement execute function tt(); create trigger s2 after update on ui referencing old table as o new table as nw for each statement execute function tt(); create trigger s3 after delete on ui referencing old table as o for each statement execute function tt(); insert into ui values (20,1),(21,2); update ui set n = n + 1 where id >= 20; delete from ui where id > 20; \d ui
create trigger s4 after insert or update on ui referencing new table as nw for each statement execute function tt(); create trigger s4 before insert on ui referencing new table as nw for each statement execute function tt();
create constraint trigger ct after insert on ui deferrable initially deferred for each row execute function tf(); begin; insert into ui values (30,1); select 'before commit'; commit; \d ui
begin; insert into ui values (31,1); set constraints ct immediate; commit; drop trigger ct on ui;
create table ex (r int4range, exclude using gist (r with &&)); insert into ex values ('[1,5)'), ('[5,8)'); insert into ex values ('[4,6)'); \d ex
create table book (room int, during tsrange, exclude using gist (room with =, during with &&));
alter table ui add exclude using btree (n with =);
create index on ui using gist (n); create index on ui using gin (n); create table jj (j json, jb jsonb, t text); create index on jj (j); create index on jj using gin (t); create index on jj using gin (t gin_trgm_ops); create index on jj using gin (jb jsonb_path_ops); \d jj
create table lp (k int, v text) partition by list (k); create table lp1 partition of lp for values in (1); create table lp2 partition of lp for values in (2); create index lpx on only lp (v); \d lp
create index lp1x on lp1 (v); create index lp2x on lp2 (v); alter index lpx attach partition lp1x; \d lp
alter index lpx attach partition lp2x; \d lp
alter table lp drop column k; alter table lp alter k type bigint; alter table lp1 add column z int; alter table lp add column z int default 4; \d lp1
alter table lp add constraint lpk primary key (k); \d lp1
alter table lp1 drop constraint lp1_pkey; alter table lp drop constraint lpk; \d lp1
alter table lp1 alter v set not null; alter table lp alter z set not null; alter table lp1 alter z drop not null;
alter table v3 add column x int; alter index ui add column x int; alter view ui rename to q; alter sequence ui restart; alter table lpx add column c int; alter materialized view v3 rename to x;
create sequence sq; alter table ui alter id set default nextval('sq'); drop sequence sq; create table idn (id int generated always as identity); drop sequence idn_id_seq; alter table idn alter id set default 4; alter table idn alter id drop not null; alter table idn alter id type bigint; \d idn_id_seq
create table dk (a int primary key deferrable initially deferred, b int unique deferrable, c int, d int, unique (c) include (d)); \d dk
begin; insert into dk values (1,1), (1,2); commit;

### -q
create function f(a int, out b int) language sql as 'select a + 1'; select f(1); drop function f(int, out int);
create function f(a int) returns int language sql as 'select a'; create function f(a text) returns text language sql as 'select a'; alter function f rename to g; alter function f(int) rename to g; alter function g(int) owner to postgres; alter function g(int) immutable strict; alter function g(date) stable; alter function nope stable; alter function nope() stable; comment on function g(int) is 'doc'; comment on function g is 'doc2'; comment on function nope() is 'x'; \df+ g
drop function f; drop function f; drop function if exists f(int, varchar); drop function if exists f; create schema s2; alter function g(int) set schema s2; select s2.g(4); drop function s2.g;
create procedure p(inout x int) language plpgsql as $$ begin x := x * 2; end $$; call p(4); drop function p; drop function p(int); alter procedure p rename to p2; alter function p2(int) rename to p3; drop procedure p2(inout int); drop routine p2;
create role dev login; create role boss; alter role dev in database lab set work_mem = '8MB'; alter role all set statement_timeout = '1min'; alter role dev set search_path = s2, public; \drds
alter role dev in database nope set work_mem = '8MB'; alter group boss add user dev; \du dev
alter role all reset all;
create function larger(x anyelement, y anyelement) returns anyelement language plpgsql as $$ begin return case when x > y then x else y end; end $$; select larger(1, 2), larger('a'::text, 'b'), larger(1.5, 2.5); select larger(1, 2.5); select larger(1, 'b');
create function firstof(anyarray) returns anyelement language sql as 'select $1[1]'; select firstof(array[5,6]), firstof(array['x','y']); create function mk(anyelement) returns anyarray language sql as 'select array[$1, $1]'; select mk(3), mk('q'::text), pg_typeof(mk(1.5)); create function cnt(variadic anyarray) returns int language sql as 'select cardinality($1)'; select cnt(1,2,3), cnt('a'::text);
