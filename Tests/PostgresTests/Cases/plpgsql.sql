### -
CREATE FUNCTION add(a int, b int) RETURNS int AS $$ BEGIN RETURN a + b; END; $$ LANGUAGE plpgsql;
SELECT add(2, 3), add(a => 1, b => 2);
SELECT add(2);
SELECT add('x', 3);
CREATE FUNCTION add(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT a + b';
CREATE OR REPLACE FUNCTION add(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT $1 + $2 + 100';
SELECT add(2, 3);
CREATE OR REPLACE FUNCTION add(a int, b int) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
\df
\df add
\sf add
DROP FUNCTION add(int, int);
SELECT add(1, 1);
DROP FUNCTION add;
DROP FUNCTION IF EXISTS add(int);
### -
DO $$ BEGIN RAISE NOTICE 'hello % and %', 1, 'two'; END $$;
DO $$
DECLARE
  x int := 5;
  y text;
  r record;
  total numeric := 0;
BEGIN
  FOR i IN 1..3 LOOP
    RAISE NOTICE 'i = %', i;
  END LOOP;
  FOR i IN REVERSE 5..1 BY 2 LOOP RAISE NOTICE '%', i; END LOOP;
  WHILE x > 3 LOOP x := x - 1; END LOOP;
  IF x = 3 THEN RAISE NOTICE 'three'; ELSIF x = 4 THEN RAISE NOTICE 'four'; ELSE RAISE NOTICE 'other'; END IF;
  FOR r IN SELECT g AS n, g * g AS sq FROM generate_series(1, 3) g LOOP
    total := total + r.sq;
    RAISE NOTICE '% squared is %', r.n, r.sq;
  END LOOP;
  RAISE NOTICE 'total %', total;
  y := CASE WHEN total > 10 THEN 'big' ELSE 'small' END;
  RAISE WARNING 'y is %', y;
  RAISE INFO 'info';
  LOOP x := x + 1; EXIT WHEN x > 10; CONTINUE WHEN x % 2 = 0; RAISE NOTICE 'odd %', x; END LOOP;
END
$$;
DO $$ BEGIN RAISE EXCEPTION 'boom %', 42; END $$;
DO $$ BEGIN RAISE EXCEPTION 'custom' USING ERRCODE = 'P0999', HINT = 'try again', DETAIL = 'some detail'; END $$;
DO $$ DECLARE x int; BEGIN x := 1 / 0; END $$;
DO $$ BEGIN PERFORM nope(); END $$;
DO $$ BEGIN SELECT 1; END $$;
DO $$ BEGIN INSERT INTO nope VALUES (1); END $$;
DO $$ BEGIN
  BEGIN
    PERFORM 1 / 0;
  EXCEPTION WHEN division_by_zero THEN RAISE NOTICE 'caught: % %', SQLERRM, SQLSTATE;
  END;
  RAISE NOTICE 'after';
END $$;
### -
CREATE TABLE t (id serial PRIMARY KEY, v int, updated timestamp, log text);
CREATE TABLE audit (op text, old_v int, new_v int);
CREATE FUNCTION t_audit() RETURNS trigger AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO audit VALUES (TG_OP, NULL, NEW.v);
    RETURN NEW;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO audit VALUES (TG_OP, OLD.v, NEW.v);
    RETURN NEW;
  ELSE
    INSERT INTO audit VALUES (TG_OP, OLD.v, NULL);
    RETURN OLD;
  END IF;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER audit_trg AFTER INSERT OR UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION t_audit();
CREATE FUNCTION t_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.v < 0 THEN RAISE EXCEPTION 'negative value: %', NEW.v; END IF;
  NEW.log := TG_TABLE_NAME || ' ' || TG_WHEN || ' ' || TG_LEVEL;
  RETURN NEW;
END $$;
CREATE TRIGGER b_trg BEFORE INSERT OR UPDATE OF v ON t FOR EACH ROW WHEN (NEW.v IS NOT NULL) EXECUTE FUNCTION t_before();
INSERT INTO t (v) VALUES (1), (2);
UPDATE t SET v = v * 10;
DELETE FROM t WHERE id = 1;
INSERT INTO t (v) VALUES (-1);
SELECT id, v, log FROM t;
SELECT * FROM audit;
\d t
SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1;
SELECT trigger_name, event_manipulation, action_timing FROM information_schema.triggers ORDER BY 1, 2;
DROP TRIGGER b_trg ON t;
INSERT INTO t (v) VALUES (-1);
ALTER TABLE t DISABLE TRIGGER audit_trg;
INSERT INTO t (v) VALUES (7);
SELECT count(*) FROM audit;
DROP FUNCTION t_audit();
DROP FUNCTION t_audit() CASCADE;
DROP TRIGGER nope ON t;
### -
CREATE FUNCTION fact(n int) RETURNS bigint AS $$
BEGIN
  IF n <= 1 THEN RETURN 1; END IF;
  RETURN n * fact(n - 1);
END $$ LANGUAGE plpgsql IMMUTABLE STRICT;
SELECT fact(10), fact(NULL);
CREATE FUNCTION evens(m int) RETURNS SETOF int AS $$ BEGIN FOR i IN 1..m LOOP IF i % 2 = 0 THEN RETURN NEXT i; END IF; END LOOP; RETURN; END $$ LANGUAGE plpgsql;
SELECT * FROM evens(7);
SELECT evens(4);
CREATE TABLE emp (id int, name text, sal int); INSERT INTO emp VALUES (1,'a',10),(2,'b',20);
CREATE FUNCTION rich(m int) RETURNS TABLE (who text, pay int) AS $$ BEGIN RETURN QUERY SELECT name, sal FROM emp WHERE sal > m; END $$ LANGUAGE plpgsql;
SELECT * FROM rich(5);
SELECT who FROM rich(15);
CREATE FUNCTION get_emp(i int) RETURNS emp LANGUAGE sql AS $$ SELECT * FROM emp WHERE id = i $$;
SELECT * FROM get_emp(2);
SELECT get_emp(1);
SELECT (get_emp(1)).name;
CREATE FUNCTION all_emp() RETURNS SETOF emp LANGUAGE sql AS 'SELECT * FROM emp ORDER BY id';
SELECT * FROM all_emp();
CREATE FUNCTION mm(OUT lo int, OUT hi int) AS $$ BEGIN SELECT min(sal), max(sal) INTO lo, hi FROM emp; END $$ LANGUAGE plpgsql;
SELECT * FROM mm();
SELECT mm();
CREATE PROCEDURE raise_all(pct int) LANGUAGE plpgsql AS $$ BEGIN UPDATE emp SET sal = sal + sal * pct / 100; RAISE NOTICE 'done'; END $$;
CALL raise_all(50);
SELECT * FROM emp;
CALL nope();
SELECT raise_all(1);
CREATE FUNCTION noret() RETURNS int AS $$ BEGIN END $$ LANGUAGE plpgsql;
SELECT noret();
CREATE FUNCTION greet(name text DEFAULT 'world') RETURNS text LANGUAGE sql AS $$ SELECT 'hello ' || name $$;
SELECT greet(), greet('bob');
CREATE FUNCTION v() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'in v'; END $$;
SELECT v();
CREATE FUNCTION find(i int) RETURNS text AS $$ DECLARE n emp.name%TYPE; rec emp%ROWTYPE; BEGIN SELECT name INTO n FROM emp WHERE id = i; IF NOT FOUND THEN RAISE EXCEPTION 'employee % not found', i; END IF; SELECT * INTO rec FROM emp WHERE id = i; RETURN n || rec.sal; END $$ LANGUAGE plpgsql;
SELECT find(1);
SELECT find(99);
CREATE FUNCTION strict_one() RETURNS int AS $$ DECLARE x int; BEGIN SELECT id INTO STRICT x FROM emp; RETURN x; END $$ LANGUAGE plpgsql;
SELECT strict_one();
CREATE FUNCTION dyn(t text) RETURNS bigint AS $$ DECLARE c bigint; BEGIN EXECUTE format('SELECT count(*) FROM %I WHERE sal > $1', t) INTO c USING 1; RETURN c; END $$ LANGUAGE plpgsql;
SELECT dyn('emp');
SELECT dyn('nope');
CREATE FUNCTION ins(i int) RETURNS text AS $$ DECLARE n int; BEGIN INSERT INTO emp VALUES (i, 'x', 1); GET DIAGNOSTICS n = ROW_COUNT; RETURN n || ' row'; EXCEPTION WHEN unique_violation THEN RETURN 'dup'; WHEN OTHERS THEN RETURN 'other: ' || SQLERRM; END $$ LANGUAGE plpgsql;
SELECT ins(5);
ALTER TABLE emp ADD PRIMARY KEY (id);
SELECT ins(5);
CREATE FUNCTION bad() RETURNS int AS $$ BEGIN RETUR 1; END $$ LANGUAGE plpgsql;
CREATE FUNCTION bad() RETURNS int LANGUAGE nope AS 'x';
CREATE FUNCTION sumarr(a int[]) RETURNS int AS $$ DECLARE s int := 0; x int; BEGIN FOREACH x IN ARRAY a LOOP s := s + x; END LOOP; RETURN s; END $$ LANGUAGE plpgsql;
SELECT sumarr(ARRAY[1,2,3]);
\df
