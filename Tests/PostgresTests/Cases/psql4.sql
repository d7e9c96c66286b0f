### -
create table emp (id serial primary key, name text not null, dept text, salary numeric(10,2), hired date, note text);
insert into emp (name,dept,salary,hired,note) values ('Alice','IT',1234.50,'2020-01-02',E'line1\nline2'),('Bob',null,99,'2019-12-31',null),('Zoé','RH',100000.99,'2021-06-15','日本語'),('Dan','IT',null,null,E'tab\there');
table emp;
\pset null '∅'
table emp;
\pset border 0
table emp;
\pset border 2
table emp;
\pset linestyle unicode
table emp;
\pset border 1
table emp;
\pset border 0
table emp;
\pset linestyle old-ascii
\pset border 1
table emp;
\pset border 2
table emp;
\x
table emp;
\pset linestyle unicode
table emp;
\pset border 0
table emp;
\pset border 1
table emp;
\pset linestyle ascii
table emp;
\pset border 0
table emp;
\x off
\pset format html
table emp;
\pset border 1
\x
table emp;
\x
\pset format latex
table emp;
\x
table emp;
\x
\pset format latex-longtable
table emp;
\pset tableattr 'r l p{3cm}'
table emp;
\x
table emp;
\x
\pset format asciidoc
table emp;
\x
table emp;
\x
\pset format troff-ms
table emp;
\x
table emp;
\x
\pset format csv
table emp;
\x
table emp;
\x
\pset format unaligned
table emp;
\x
table emp;
\x
\pset fieldsep ', '
\pset recordsep '<br>\n'
table emp;
\x
table emp;
\pset
### -
create table w (a text, b text, c int);
insert into w values ('the quick brown fox jumps over the lazy dog','short',1),('averyveryveryverylongwordthatcannotbebroken ok','x y z',22);
\pset format wrapped
\pset columns 40
table w;
\pset border 2
table w;
\pset border 0
table w;
\pset linestyle unicode
\pset border 2
table w;
\pset border 1
table w;
\x
table w;
\pset border 2
table w;
\pset border 0
table w;
\pset columns 20
table w;
\pset linestyle ascii
\pset border 1
table w;
\x off
table w;
\pset columns 10
table w;
\pset columns 0
table w;
### -
\pset tuples_only
select 1 as a, 2 as b;
\x
select 1 as a, 2 as b union all select 3,4;
\pset border 2
select 1 as a, 2 as b union all select 3,4;
\pset format html
select 1 as a, 2 as b union all select 3,4;
\pset format latex
select 1 as a, 2 as b union all select 3,4;
\pset format asciidoc
select 1 as a, 2 as b union all select 3,4;
\pset format troff-ms
select 1 as a, 2 as b union all select 3,4;
\pset format unaligned
select 1 as a, 2 as b union all select 3,4;
\pset format wrapped
select 1 as a, 2 as b union all select 3,4;
\x
\pset format html
select 1 as a, 2 as b union all select 3,4;
\pset format latex
select 1 as a, 2 as b union all select 3,4;
\pset format latex-longtable
select 1 as a, 2 as b union all select 3,4;
\pset format asciidoc
select 1 as a, 2 as b union all select 3,4;
\pset format troff-ms
select 1 as a, 2 as b union all select 3,4;
\pset format wrapped
select 1 as a, 2 as b union all select 3,4;
### -
select where false;
select from generate_series(1,3);
\x
select from generate_series(1,3);
select 1 as a where false;
\pset format unaligned
select from generate_series(1,3);
select 1 as a where false;
\x
select from generate_series(1,3);
select 1 as a where false;
\pset format csv
select from generate_series(1,3);
select 1 as a where false;
\x
select from generate_series(1,3);
select 1 as a where false;
\pset format html
select from generate_series(1,3);
select 1 as a where false;
\x
select 1 as a where false;
\pset format latex
select from generate_series(1,3);
select 1 as a where false;
\pset format asciidoc
select from generate_series(1,3);
select 1 as a where false;
\x
select 1 as a where false;
\pset format troff-ms
select from generate_series(1,3);
select 1 as a where false;
### -
select 'a' as "", 'b' as " ", 'c' as "?column?", 'd' as "très long nom";
select E'a\r\nb' as x, E'\001bin' as y, E'a\\b' as z;
select E'x\ty' as "t", E'ab\tc' as u;
select 'e' || chr(769) as combining, '한글' as hangul, '🙂' as emoji, chr(8203) as zwsp;
\x
select 'e' || chr(769) as combining, '한글' as hangul, '🙂' as emoji, E'multi\nline\n' as "head
er";
\x
select E'multi\nline\n' as "head
er", 1 as "a
b
c";
\pset border 2
select E'multi\nline\n' as "head
er", 1 as "a
b
c";
\pset linestyle unicode
select E'multi\nline\n' as "head
er", 1 as "a
b
c", 'z' as z;
\pset unicode_border_linestyle double
\pset unicode_column_linestyle double
\pset unicode_header_linestyle double
select E'multi\nline\n' as "head
er", 1 as "a
b
c", 'z' as z;
\x
select E'multi\nline\n' as "head
er", 1 as "a
b
c", 'z' as z;
\pset unicode_border_linestyle
\pset unicode_column_linestyle triple
### -
\pset numericlocale
select 1234567 as i, -1234.5 as n, 1e10::float8 as f, '1234567' as t, null::int as x, 12::smallint s, 123456::money as m;
\pset numericlocale off
\pset footer
select 1;
\pset footer on
select 1;
\pset expanded auto
select repeat('x',100) as a, 1 as b;
\pset expanded toggle
\pset expanded
\pset expanded
\pset pager
\pset pager
\pset pager always
\pset pager_min_lines 10
\pset pager_min_lines x
\pset columns x
\pset columns 70
\pset border 5
\pset border -1
\pset border
\pset format
\pset format al
\pset format l
\pset format latex-
\pset format u
\pset format t
\pset linestyle u
\pset linestyle o
\pset linestyle a
\pset fieldsep
\pset fieldsep '\t'
\pset fieldsep_zero
\pset recordsep
\pset recordsep_zero
\pset null
\pset null '\\N'
\pset tableattr x
\pset tableattr
\pset title hello
\pset title
\pset csv_fieldsep
\pset csv_fieldsep ;
\pset csv_fieldsep ';'
\pset csv_fieldsep '\n'
\pset csv_fieldsep '"'
\pset nosuch
\pset tuples_only on
\pset tuples_only
\a
\a
\t
\t on
\t maybe
\x maybe
\H
\H
\f
\f '|'
\C
\C 'x y'
\C
\T 'a=b'
\T
### -
\set ON_ERROR_ROLLBACK on
begin;
create table r(i int primary key);
insert into r values (1);
insert into r values (1);
insert into r values (2);
commit;
table r;
begin;
savepoint a;
insert into r values (1);
rollback to a;
release a;
insert into r values (3);
release nope;
commit;
table r;
### -
begin;
select 1/0;
select 2;
\echo :ERROR :SQLSTATE :ROW_COUNT
commit;
select 3;
\echo :ERROR :SQLSTATE :ROW_COUNT :LAST_ERROR_MESSAGE :LAST_ERROR_SQLSTATE
select * from generate_series(1,7);
\echo :ROW_COUNT
create table t(i int);
insert into t select generate_series(1,4);
\echo :ROW_COUNT
update t set i = i+1 where i > 2;
\echo :ROW_COUNT
delete from t;
\echo :ROW_COUNT
\set
### -
prepare p as select $1::int + 1;
execute p(2);
\bind 1
\nosuch
\ select 1;
\\ select 1;
\d nosuch
\dt nosuch
\dt nosuch.*
\d a.b.c.d
\dt a.b.c
\dt other.public.x
\dn nosuch
\l nosuch
\du nosuch
\df nosuch
\sf nosuch
\sv nosuch
\sf
\ef nosuch
\c nosuch
\c - nosuch
\c a b c d e
\password nosuchuser
### -
\set x 5
select 1 as one, 2 as two \gset
\echo :one :two
select 1 as one, 2 as two \gset p_
\echo :p_one :p_two
select 1 where false \gset
select generate_series(1,2) \gset
select null as one \gset
\echo :one
select 'a b' as "x y" \gset
select 'select ' || g from generate_series(1,3) g \gexec
select 'create table g' || g || '(i int)' from generate_series(1,2) g union all select 'bogus' \gexec
\dt
select 1 as a, 'x'::text as b, now() as c, null as d, '{}'::jsonb, array[1], 1.5, 2.5::numeric(10,2), 'a'::varchar(5), 'c'::char(3) \gdesc
create table q(i int) \gdesc
bogus \gdesc
\gdesc
select 1 \g out.txt
\! cat out.txt
select 2 \g |cat -n
select 3 \g (format=csv)
select 3 as a, null as b \g (format=unaligned fieldsep=';' null=NULL) out2.txt
\! cat out2.txt
select 3 \g (nosuch=1)
select 3 \g (format=csv
select 4 \gx (border=2)
\gx
select 1 as a \gx /nonexistent/x
### -
create table s(y int, q text, amt int);
insert into s values (2020,'Q1',10),(2020,'Q2',20),(2021,'Q1',30),(2021,'Q3',null);
select y, q, sum(amt) from s group by 1,2 order by 1,2 \crosstabview
select y, q, sum(amt) from s group by 1,2 order by 1,2 \crosstabview q y
select y, q, sum(amt) as total, row_number() over (order by q desc) as r from s group by 1,2 order by 1,2 \crosstabview y q total r
select y, q from s \crosstabview
select y, q, amt, 1 as z from s \crosstabview
select y, q, amt from s \crosstabview a b c
select y, q, amt from s union all select 2020,'Q1',11 \crosstabview
select y, q, amt from s \crosstabview 1 2 3
select y, q, amt from s \crosstabview 1 1 3
select y, q, amt from s \crosstabview 9 1 3
select y, null as q, amt from s where y=2020 and amt=10 \crosstabview
\crosstabview
### -
\i nosuch.sql
\! printf 'select 42;\nselect nope;\n\\\\echo in\n' > inc.sql
\i inc.sql
\ir inc.sql
\! mkdir -p sub; printf '\\\\ir inner.sql\n' > sub/outer.sql; printf 'select 43;\nbogus;\n' > sub/inner.sql
\i sub/outer.sql
\include sub/inner.sql
\ir
\i
\set ON_ERROR_STOP on
\i inc.sql
\echo never
### -
\w out.sql
select 1
\w out.sql
\p
\r
\p
select 5;
\p
\w out2.sql
\! cat out.sql out2.sql
\w |cat
\w
\w /nonexistent/x
\g
