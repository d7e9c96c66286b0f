### --csv -c 'SELECT 1 AS a, $$x "y"$$ AS b' -c 'SELECT 2'

### -H -c 'SELECT 1 AS a, $$<b>$$ AS b'

### -x -c 'SELECT 1 AS a, NULL AS b'

### -t -A -F, -c 'SELECT 1, 2' -c 'SELECT 3, NULL'

### -tA -R ';' -c 'SELECT generate_series(1,3)'

### -A -c 'SELECT 1 AS a, 2 AS b' -c 'CREATE TABLE t (a int)'

### -q -c 'CREATE TABLE t (a int)' -c 'INSERT INTO t VALUES (1)' -c 'SELECT * FROM t'

### -v x=5 -v name=Ann -c 'SELECT 1'
SELECT 2;
### -v x=5 -v name=Ann
SELECT :x + 1, :'name', :"name";
### -v x=5 -v tbl=t
CREATE TABLE :tbl (a int);
INSERT INTO :"tbl" VALUES (:x);
SELECT * FROM :tbl WHERE a = :x;
SELECT ':x', :y;
\echo :x :'x' :"x" :{?x} :{?zz}
### -P format=unaligned -P 'fieldsep=;' -c 'SELECT 1, 2'

### -P null=NULL -P border=2 -c 'SELECT NULL AS n, 1 AS o'

### -P footer=off -c 'SELECT 1'

### -P linestyle=unicode -P border=2 -c 'SELECT 1 AS a, $$b$$ AS c'

### -P title=Hello -c 'SELECT 1 AS a'

### -l -A -t

### -c '\l'

### -c '\conninfo'

### -c '\dt' -c '\dt nope' -c '\d' -c '\d nope'

### -c 'SELECT 1/0' -c 'SELECT 2'

### -v ON_ERROR_STOP=1 -c 'SELECT 1/0' -c 'SELECT 2'

### -c 'SELECT 1; SELECT 2; SELECT 1/0; SELECT 3'

### -e -c 'SELECT 1'

### -a -c 'SELECT 1'

### -b -c 'SELECT nope'

### -1 -v ON_ERROR_STOP=1
CREATE TABLE t (a int);
SELECT 1/0;
### -f nofile.sql

### -c '\i nofile.sql' -c 'SELECT 1'

### -c '\badcommand'

### -d postgres -c 'SELECT current_database()'

### -U nobody -c 'SELECT 1'

### -d nodb -c 'SELECT 1'

### -c 'SELECT 1' -o out.txt

#+ -
\! cat out.txt
### -
\x
SELECT 1 AS id, 'hello' AS name UNION ALL SELECT 2, 'a longer value here';
\x off
\pset border 2
SELECT 1 AS id, 'hello' AS name;
\pset border 0
SELECT 1 AS id, 'hello' AS name;
\pset border 1
\pset format wrapped
\pset columns 30
SELECT 'this is a long text that must be wrapped somewhere' AS txt, 1 AS n;
\x
SELECT 'this is a long text that must be wrapped somewhere' AS txt, 1 AS n;
### -
\pset format html
SELECT 1 AS a, 'x & <y>' AS b;
\x
SELECT 1 AS a, '' AS b;
\x
\pset format asciidoc
SELECT 1 AS a, 'x|y' AS b;
\pset format latex
SELECT 1 AS a, 'x_y 100%' AS b;
\pset format latex-longtable
SELECT 1 AS a, 'x' AS b;
\pset format troff-ms
SELECT 1 AS a, 'x' AS b;
\pset format csv
SELECT 1 AS a, 'x,y' AS b;
\pset format unaligned
SELECT 1 AS a, 'x,y' AS b;
\pset fieldsep '\t'
SELECT 1 AS a, 'x,y' AS b;
\pset tuples_only
SELECT 1 AS a, 'x,y' AS b;
### -
SELECT 1 AS x, 2 AS y \gset
\echo :x :y
SELECT 'a' AS v \gset pre_
\echo :pre_v
SELECT 1 WHERE false \gset
SELECT generate_series(1,2) \gset
SELECT 'CREATE TABLE g' || i || ' (a int)' FROM generate_series(1,2) i \gexec
\dt
SELECT 1 AS a, 'x' AS b \gx
SELECT 1 AS a \g (format=csv)
SELECT 1 AS a, 'x'::varchar(5) AS b, now() AS c \gdesc
SELECT 'r' || (i % 2) AS row, 'c' || (i / 2) AS col, i FROM generate_series(0, 5) i \crosstabview
SELECT 1 \g out.txt
\! cat out.txt
\p
SELECT 5
\p
\r
\p
### -
\set a 5
\set b 'hello world'
\set c :a :b
\echo :a :b :c
\set
\unset a
\echo :a
\if :{?b}
\echo b is set
\elif true
\echo no
\else
\echo never
\endif
\if false
SELECT 1;
\if true
\echo inner
\endif
\else
SELECT 'else';
\endif
\if maybe
\endif
\else
\endif
\if true
### -
\timing on
\timing off
\t
\t
\a
\a
\f ;
\C Title
SELECT 1;
\C
\H
\H
\T border
\encoding
\pset pager off
\pset numericlocale on
SELECT 1234567.5 AS n, 12 AS m;
\pset null '<null>'
SELECT NULL;
\pset expanded auto
\x on
\x
\qecho hi
\warn oops
\echo -n no newline
\echo
\echo 'quoted  text' "double" un'mixed'
### -
SELECT 1 \\ SELECT 2;
SELECT 1; SELECT 2; -- comment
SELECT /* multi
line */ 3;
SELECT 'a
b' AS multi;
SELECT E'x\ty' AS tab, E'r\rz' AS cr;
SELECT $$it's$$;
SELECT 1
;

;
SELECT 1 AS "Upper Case", 2 AS "select";
SELECT '日本語' AS "漢字", 'x' AS y;
SELECT 'ab' AS a, '日本' AS b UNION ALL SELECT 'c', 'd';
SELECT 1,
  2;
### -
BEGIN;
SELECT 1;
\echo still here
SELECT nope;
SELECT 2;
ROLLBACK;
\set ON_ERROR_ROLLBACK on
BEGIN;
CREATE TABLE t (a int);
SELECT nope;
INSERT INTO t VALUES (1);
COMMIT;
SELECT * FROM t;
\set AUTOCOMMIT off
INSERT INTO t VALUES (2);
ROLLBACK;
SELECT * FROM t;
COMMIT;
### -
\set VERBOSITY terse
SELECT nope;
SELECT 1/0;
\set VERBOSITY sqlstate
SELECT nope;
SELECT 1/0;
\set VERBOSITY default
SELECT nope;
\errverbose
\set SHOW_CONTEXT never
\echo :ERROR :SQLSTATE :LAST_ERROR_MESSAGE :LAST_ERROR_SQLSTATE
SELECT 1;
\echo :ERROR :SQLSTATE :ROW_COUNT
### -
CREATE TABLE t (id int PRIMARY KEY, v text);
\! printf 'id,v\n1,one\n2,"two, three"\n' > in.csv
\copy t from in.csv csv header
SELECT * FROM t;
\copy (SELECT * FROM t ORDER BY id) to out.csv with csv
\! cat out.csv
\o res.txt
SELECT * FROM t;
\o
\! cat res.txt
\! printf 'SELECT count(*) FROM t;\n\\echo from file\n' > s.sql
\i s.sql
\ir s.sql
\w buf.sql
SELECT 1;
\w buf.sql
\! cat buf.sql
### -
CREATE TABLE t (id serial PRIMARY KEY, name varchar(50) NOT NULL, price numeric(10,2) DEFAULT 0, made timestamptz DEFAULT now(), tags text[], CHECK (price >= 0));
CREATE INDEX t_name ON t (name);
\d t
\d+ t
\dt
\dt+
\di
\ds
\d t_id_seq
\d t_pkey
\dt t*
\dt public.*
\dn
\du
\dp t
\z t
\df
\dx
\dv
\dT
\db
\l
\dt nope*
\d nope
