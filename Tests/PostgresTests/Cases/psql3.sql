### -c 'select 1 as a'
### -c 'select 1' -c 'select 2'
### -tA -c 'select 1, 2'
### -tAc "select 'x', null, 3"
### -tAF, -c "select 'x', null, 3"
### -A -c "select 'x' as a, null as b, 3 as c union all select 'y','z',4"
### -A -F '\t' -c "select 1 as a,2 as b"
### -x -c "select 1 as a, 'hello' as longname"
### -x -c "select g, g*2 as dbl from generate_series(1,3) g"
### -xt -c "select g, g*2 as dbl from generate_series(1,2) g"
### -xA -c "select g, g*2 as dbl from generate_series(1,2) g"
### -xAt -c "select g, g*2 as dbl from generate_series(1,2) g"
### -x -c "select 1 as a where false"
### -q -c 'create table t (i int)' -c 'insert into t values (1)'
### -v x=3 -c 'select :x'
### -v 'x=a=b' -c '\echo :x'
### -v x -c '\echo [:x]'
### --set=x=7 --variable y=8 -c '\echo :x :y'
### -H -x -c "select 1 as a, 'b' as b"
### -Ht -c "select 1 as a, 'b' as b"
### -H -T 'border=3' -c "select 1 as a"
### --csv -t -c "select 1 as a, 'x,y' as b"
### --csv -P csv_fieldsep='\t' -c "select 1 as a, 'x,y' as b"
### --csv -x -c "select 1 as a, 'x,y' as b"
### --csv -P csv_fieldsep='ab' -c "select 1 as a, 'x,y' as b"
### -P border=0 -c "select 1 as a, 'x' as b"
### -P border=2 -c "select 1 as a, 'x' as b"
### -P border=3 -c "select 1 as a, 'x' as b"
### -P null='(null)' -c "select null as a, 1 as b"
### -P footer=off -c "select 1 as a"
### -P footer -c "select 1 as a"
### -P tuples_only -c "select 1 as a"
### -P expanded=auto -c "select 1 as a"
### -P linestyle=unicode -P border=2 -P unicode_border_linestyle=double -P unicode_column_linestyle=double -P unicode_header_linestyle=double -c "select 1 as a, 2 as b"
### -P format=wrapped -P columns=20 -c "select 'aaaa bbbb cccc dddd eeee ffff' as t, 12345 as n"
### -P format=troff-ms -c "select 1 as a, 'x' as b"
### -P format=foo -c "select 1"
### -P foo=bar -c "select 1"
### -P foo -c "select 1"
### -P border=x -c "select 1"
### -P linestyle=zz -c "select 1"
### -P expanded=zz -c "select 1"
### -P pager=zz -c "select 1"
### -P title='My title' -c 'select 1 as a'
### -P numericlocale=on -c 'select 1234567.891 as a, 12 as b, -12345 as c'
### -A -P recordsep='--' -c 'select 1 as a,2 as b'
### -b -c 'select 1' -c 'select nope' -c 'select 1/0'
### -e -c 'select 1' -c '\echo hi' -c 'select nope'
### -a -c 'select 1' -c '\echo hi'
### -n -X -c 'select 1'
### --comm 'select 1'
### -w -c 'select 1'
### -c 'select 1 \gx'
### -v ON_ERROR_STOP=maybe -c 'select 1'
### -c ''
### -c '-- hi'
### -qAtX -c 'select 1,2'
### -c 'select 1' -- postgres
### -
\echo hello   world
\echo -n no newline
\echo
\echo 'single quoted  text' "double"
\echo 'it''s' 'tab\there' 'nl\nx'
\qecho to query output
\warn to stderr
\warn -n x
\echo :nope :'nope' :"nope"
\set a 1
\echo :a :'a' :"a" :{?a} :{?b}
\echo `echo shell` `echo two words`
### -
\set 1a x
\echo :1a
\set a-b 3
\set é 5
\echo :é
\unset a-b
\unset
\unset nope
\set AUTOCOMMIT maybe
\set ECHO bad
\set VERBOSITY x
\set ON_ERROR_ROLLBACK foo
\set FETCH_COUNT x
\set HISTSIZE -1
\set SHOW_CONTEXT bad
\set COMP_KEYWORD_CASE bad
\set HISTCONTROL bad
\set IGNOREEOF
\echo :IGNOREEOF
\set FETCH_COUNT
\echo :FETCH_COUNT
\set QUIET
\echo :QUIET
### -
\set a true
\if :a
\echo yes
select 1;
\else
\echo no
select 2;
\endif
\if false
\echo a
\elif on
\echo b
\elif 1
\echo c
\else
\echo d
\endif
\if :{?zz}
\echo defined
\else
\echo undefined
\endif
\if maybe
\echo x
\else
\echo y
\endif
\if
\echo x
\endif
### -
\endif
\else
\elif true
\if true
\else
\else
\elif true
\endif
\if false
select 1
\endif
;
\if true
### -
\if true
  \if false
    \echo a
    \foo
    \if true
    \endif
  \else
    \echo b
  \endif
\else
  \if true
    \echo c
  \endif
\endif
select \if true 1 \else 2 \endif as n;
select
\if true
 1
\else
 2
\endif
 as n;
### -
select 1 as a, 'x' as b, null as c \gset
\echo :a :b :c
select 2 as a \gset p_
\echo :p_a
select 1 where false \gset
select generate_series(1,2) as g \gset
select 1 as "A b" \gset
select nope \gset
create table t(i int) \gset
### -
select format('create table t%s (i int)', g) from generate_series(1,3) g \gexec
\dt
select 'select 1 as x', 'select 2 as y' \gexec
select 'bad', 'select 3 as z', null \gexec
\set ECHO all
select 'select 4 as w' \gexec
### -
select 1 as a, 'x'::text as b, now() as c, 1.5 as d, array[1] as e \gdesc
create table t(i int, v varchar(10), n numeric(10,2), ts timestamp(3)) \gdesc
create table t(i int, v varchar(10), n numeric(10,2), ts timestamp(3));
select * from t \gdesc
insert into t values (1) \gdesc
insert into t values (1) returning * \gdesc
select nope \gdesc
\gdesc
### -
select 1 as a, 2 as b \gx
select 1 as a, 2 as b
\gx
\gx
\g
\x
select 3 as c \gx
select 3 as c \g
### -
select 1 as a, 2 as b \g (format=csv)
select 1 as a, 2 as b \g (format=unaligned tuples_only=on fieldsep=',')
select 1 as a, 2 as b \g (border=2 null=NULL) 
select 1 as a \g (foo=bar)
select 1 as a \g (format=csv
select 2 as b;
### -
create table s(y int, q text, v int);
insert into s values (2020,'Q1',1),(2020,'Q2',2),(2021,'Q1',3),(2021,'Q3',4);
select * from s \crosstabview
select y,q,v from s order by 1 \crosstabview q y
select y,q,v from s \crosstabview y q v
select y,q from s \crosstabview
select y,q,v from s \crosstabview nope
select y,q,v,1 from s \crosstabview y q
select y,q,v from s union all select 2020,'Q1',9 \crosstabview
select 1 \crosstabview
### -
\errverbose
select nope;
\errverbose
select 1/0;
\errverbose
create table t(i int primary key);
insert into t values (1),(1);
\errverbose
### -
\set VERBOSITY verbose
select nope;
\set VERBOSITY terse
select nope;
create table t(i int primary key);
insert into t values (1),(1);
\set VERBOSITY sqlstate
select nope;
drop table if exists zz;
\set VERBOSITY default
drop table if exists zz;
### -
\set AUTOCOMMIT off
create table t(i int);
rollback;
\dt
create table t(i int);
insert into t values (1);
commit;
select * from t;
\echo :AUTOCOMMIT
### -
\set ON_ERROR_ROLLBACK on
begin;
create table t(i int);
select nope;
insert into t values (1);
commit;
select * from t;
### -
begin;
select nope;
select 1;
commit;
begin;
savepoint a;
select nope;
rollback to a;
select 1;
end;
### -
\p
\r
\w x
\g
\gx
### -
create table t(i int, n text);
copy t from stdin;
1	a	b
\.
copy t from stdin;
x	a
\.
copy t from stdin;
1
\.
copy t from stdin;
1	a
### -
\encoding
\encoding LATIN1
\encoding
show client_encoding;
\encoding nope
\encoding UTF8
### -
\foo
\foo bar baz
\dzz
\D
select 1 \foo
;
\
### -
\x
\x on
\x off
\x auto
\x foo
\x
### -
\a
\a
\t
\t
\t on
\t off
\H
\H
\f ,
\f
\C Title
select 1;
\C
\T border=1
\T
\pset
### -
\pset border
\pset border 2
\pset columns 40
\pset csv_fieldsep ;
\pset expanded
\pset expanded off
\pset fieldsep '\t'
\pset fieldsep_zero
\pset footer off
\pset footer
\pset format csv
\pset format unaligned
\pset format a
\pset format l
\pset format
\pset linestyle unicode
\pset linestyle
\pset null '(null)'
\pset null
\pset numericlocale
\pset numericlocale off
\pset pager
\pset pager always
\pset pager off
\pset pager_min_lines 5
\pset recordsep x
\pset recordsep_zero
\pset recordsep '\n'
\pset tableattr 'x=1'
\pset tableattr
\pset title 'T T'
\pset title
\pset tuples_only
\pset tuples_only off
\pset unicode_border_linestyle double
\pset unicode_column_linestyle double
\pset unicode_header_linestyle double
\pset unicode_border_linestyle bad
\pset
\pset nope
\pset nope 1
### -
\set x 5 \\ select :x;
\echo a \\ select 1; \echo b
select 1 \; select 2;
select 1\; select 2 \g
### -
\set t pg_class
\set v 'it''s'
\set n "Quoted Id"
select :'v' as x, 'a:v' as y, ':v' as z;
select 1 as :"n";
select '2020-01-01'::date, a[1:2] from (select array[1,2,3] a) s;
select :undefined;
\set q 'select 7'
:q;
\set tail '8;'
select :tail
### -
select $$a;b$$, $x$c $$ d$x$;
/* comment ; with semicolon */ select 1; -- trailing
-- only comment
select /* nested /* c */ */ 2;
select 'multi
line' as m;
select "a
b" from (select 1 as "a
b") s;
### -
\set FETCH_COUNT 2
select g, g*g as sq from generate_series(1,5) g;
\x
select g from generate_series(1,3) g;
### -
\set SINGLELINE on
select 1
select 2
### -
\set ECHO queries
select 1;
\set ECHO errors
select nope;
\set ECHO all
select 2;
\echo x
\set ECHO none
### -x -c "select 'é' as a, '日本語' as b, '😀' as emoji"
### -c "select E'a\nb\nccc' as m, 1 as n, E'x\ny' as k union all select 'z', 2, E'q'"
### -c "select E'a\tb' as t, E'x\ty\tz' as u"
### -c "select E'a\rb' as t, E'x\x01y' as u"
### -P format=wrapped -P columns=30 -P linestyle=unicode -P border=2 -c "select 'the quick brown fox jumps over the lazy dog' as sentence, 'short' as other"
### -x -P format=wrapped -P columns=30 -c "select 'the quick brown fox jumps over the lazy dog' as sentence, 'short' as other"
### -P expanded=auto -P columns=30 -c "select 'the quick brown fox jumps' as sentence, 'short text' as other" -c "select 1"
### -P title='A title' -c "select 1 as a, 2 as bbbbbbbbbbbbbbbb" -x -c 'select 1'
### -P title='A very long title indeed' -c "select 1 as a"
### -P null=∅ -c "select null as a, 1 as b" -x -c "select null as a" --csv -c "select null as a, 2 as b"
### --csv -P null=NUL -c "select null as a, '' as b"
### -c "select 1::int2 as a, 1::bigint as b, 1.0::real as c, 1::oid as d, '1'::money as m, '{1}'::int[] as arr"
### -P numericlocale -c "select -1234.5 as a, 0.123 as b, 1e20::float8 as c, 123456::int as d, '12345' as e"
### -c "select 1 as a_very_long_header_name, 'v' as b"
### -P linestyle=old-ascii -c "select E'a\nb' as m, E'c\nd\ne' as n"
### -P linestyle=old-ascii -P format=wrapped -P columns=20 -c "select 'hello world this is' as m, 'long words everywhere' as n"
### -P linestyle=unicode -P format=wrapped -P columns=20 -c "select 'hello world this is' as m, 'long words everywhere' as n"
### -A -P title=T -c "select 1 as a" -c "insert into nope values(1)"
### -H -c 'create table t(i int)' -c 'insert into t values(1)'
### -P format=latex -c 'create table t(i int)'
### -v ON_ERROR_STOP=1
\set ON_ERROR_ROLLBACK interactive
create table accounts (id int primary key, owner text, balance numeric(12,2) not null default 0 check (balance >= 0));
insert into accounts values (1,'alice',100),(2,'bob',50);
begin;
update accounts set balance = balance - 30 where id = 1;
update accounts set balance = balance + 30 where id = 2;
commit;
\echo 'After transfer'
table accounts;
update accounts set balance = balance - 1000 where id = 1;
\echo unreachable
### -qAt
create table t(i int);
insert into t select generate_series(1,5);
select count(*) as n, max(i) as m from t \gset
\echo n=:n m=:m
\if :n
\echo has rows
\endif
select :n * 2;
### -
create table l (id serial, m text);
begin;
insert into l(m) values ('one');
savepoint s1;
insert into l(m) values ('two');
rollback to savepoint s1;
insert into l(m) values ('three');
release savepoint s1;
commit;
select * from l;
### -
selec 1;
select * from;
select * fro t;
select foo();
select 1 +;
insert into nope values (1);
create table t (i int, i int);
create table t (i integr);
select 'a' + 1;
select 1 = 'x';
drop table nope;
alter table nope add x int;
select count(*) from pg_class where;
select (select 1, 2);
select * from t limit -1;
### -
select a,
       b,
       c
from   nope
where  x = 1;
select 'very long string literal to push the error position far to the right of the line' as a, 'another one to make it even longer' as b, nope;
select 1,
	nope;
### -
create table p(id int primary key, e text unique, n int not null check (n > 0));
create table c(id int primary key, p int references p);
insert into p values (1,'a',1);
insert into p values (1,'b',1);
insert into p values (2,'a',1);
insert into p values (3,'c',-1);
insert into p values (4,'d',null);
insert into c values (1,99);
insert into c values (1,1);
delete from p where id = 1;
drop table p;
### -c '\l lab' -c '\l+ nope*' -c '\list template?'
### -
create role app_user login password 'pw';
create role app_owner;
grant app_owner to app_user;
create table secret (i int);
grant select on secret to app_user;
\dp secret
set role app_user;
select * from secret;
insert into secret values (1);
reset role;
\du app*
select current_user, session_user;
revoke all on secret from app_user;
drop role app_owner, app_user;
### -
create role o1;
create table ot (i int);
alter table ot owner to o1;
drop role o1;
\dt ot
drop owned by o1;
drop role o1;
\dt ot
### -
show server_version_num;
set statement_timeout = '5s';
show statement_timeout;
set nope = 1;
set work_mem = 'x';
reset all;
show statement_timeout;
select current_setting('max_connections'), current_setting('nope', true);
select name, setting, unit from pg_settings where name in ('work_mem','port') order by 1;
### -
\x auto
\pset columns 50
select 'short' as a;
select repeat('x', 60) as a, 1 as b;
### -
\pset title 'Report of the day'
select 1 as a;
\pset title
\t
select 1 as a;
\t
\pset footer off
select generate_series(1,2);
### -
\pset format unaligned
\pset fieldsep ';'
select 1 as a, 2 as b;
\pset tuples_only
select 1 as a, 2 as b;
\a
select 1 as a, 2 as b;
### -
create function add(a int, b int) returns int as $$ begin return a + b; end; $$ language plpgsql;
select add(1,2), add(b => 5, a => 1);
create or replace function fail() returns void as $$ begin raise exception 'custom %', 42 using errcode='P0001', detail='more', hint='try'; end $$ language plpgsql;
select fail();
do $$ declare i int; begin for i in 1..3 loop raise notice 'i=%', i; end loop; end $$;
\df
### -
prepare q(int) as select $1 * 2 as dbl;
execute q(21);
deallocate q;
execute q(1);
### -
create sequence s;
select nextval('s'), nextval('s'), currval('s');
select setval('s', 10);
select nextval('s');
\ds
select last_value from s;
### -
select '{"a": [1,2,{"b": null}]}'::jsonb -> 'a' -> 2, jsonb_pretty('{"x":1,"y":[1,2]}');
select jsonb_build_object('k', 1, 'l', array[1,2]), to_json(row(1,'x'));
### -
create temp table tt (i int) on commit drop;
\dt
begin;
create temp table t2 (i int) on commit drop;
\dt
commit;
\dt
### -
begin;
declare c cursor for select generate_series(1,5);
fetch 2 from c;
fetch next c;
move 1 c;
fetch all c;
close c;
commit;
### -
create table t(i serial);
insert into t default values;
truncate t restart identity;
insert into t default values returning i;
lock table t;
begin; lock table t in share mode; end;
vacuum t;
begin; vacuum; rollback;
analyze t;
### -c "select datname, usename, application_name, client_addr, state, query from pg_stat_activity where pid = pg_backend_pid()"
### -c "select pg_terminate_backend(pg_backend_pid())" -c 'select 1'
### -z -c 'select 1 as a, 2 as b'
### -F , -c 'select 1 as a, 2 as b'
### -
create table "Mixed Case" ("Id" int primary key, "a b" text);
\d "Mixed Case"
\d Mixed*
\dt "Mixed Case"
\d mixed*
create table "UPPER" (i int);
\dt UPPER
\dt "UPPER"
\dt U*
### -c '\dt a b'
### -
create table t(i int);
\d t;
\dt t;
\l lab;
\du postgres;
\dn public;
### -
create type pair as (a int, b text);
\d pair
\d+ pair
create table t (id int primary key, k int, v text);
create unique index tv on t (lower(v)) include (k) where k > 0;
\d+ t_pkey
\d+ tv
create view vw as select * from t where k > 1 with local check option;
\d+ vw
\sv vw
\sv t
### -
create table p (id int generated always as identity, k int not null, primary key (id,k)) partition by range (k);
create table p1 partition of p for values from (0) to (10);
create table p2 partition of p for values from (10) to (maxvalue) partition by list (id);
create table p2a partition of p2 for values in (1,2);
\dP
\dPt
\dPi
\dP+
\dPn
\dPn+
\dPt nope
\d p1
\d p_pkey
\d+ p_pkey
\d p1_pkey
\d+ p2_pkey
### -
create function f(a int, b int default 2) returns int language sql as $$ select a+b $$;
create function f(a text) returns text language sql as $$ select a $$;
create procedure f(a int) language sql as $$ select 1 $$;
\df f int
\df f int int
\df f text
\df f text -
\df f bool
\dfp f
\dfnp f
\dfx
\dfn+y
\sf f(int,int)
\sf f(text)
\sf f(bool)
### -
\dt *.*.*
\dt nodb.public.t
\dt a.b.c.d
\du a.b
\dn a.b
\dn a.b.c
\dt "nope
\dx+foo
\dt; select 1;
\lo_list
\dRp+
\drds nope
\drds nope nodb
\dO
\dc
\do
\dA+
\db nope
\db pg_def*
\dL nope
\dL pl*
### -q
\dt
\dt nope
\drds
\dRp+
### -c 'select 1' -c '\gx' -c '\g' -c '\gdesc'
### -
\c -reuse-previous=maybe postgres
\echo 'a\x41b' '\101' '\n|'
\c postgres /nope
\set
