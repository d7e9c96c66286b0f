-- Statements of tutorials, a session each; compared with the real server.

### -q
CREATE TABLE employees (id SERIAL PRIMARY KEY, name VARCHAR(100) NOT NULL, department VARCHAR(50), salary DECIMAL(10,2), hire_date DATE DEFAULT CURRENT_DATE, manager_id INTEGER REFERENCES employees(id));
INSERT INTO employees (name, department, salary, hire_date, manager_id) VALUES ('Alice','Engineering',95000,'2020-01-15',NULL),('Bob','Engineering',75000,'2021-03-20',1),('Carol','Sales',65000,'2019-07-01',1),('Dave','Sales',55000,'2022-11-11',3),('Erin','HR',60000.50,'2021-06-30',NULL);
SELECT department, COUNT(*) AS cnt, ROUND(AVG(salary),2) AS avg_sal, MIN(salary), MAX(salary) FROM employees GROUP BY department ORDER BY avg_sal DESC;
SELECT e.name, m.name AS manager FROM employees e LEFT JOIN employees m ON e.manager_id = m.id ORDER BY e.id;
WITH RECURSIVE org AS (SELECT id, name, 1 AS lvl, name::text AS path FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.name, o.lvl+1, o.path || ' > ' || e.name FROM employees e JOIN org o ON e.manager_id = o.id) SELECT repeat('  ', lvl-1) || name AS tree, path FROM org ORDER BY path;
SELECT name, salary, RANK() OVER (PARTITION BY department ORDER BY salary DESC), salary - LAG(salary) OVER (ORDER BY salary) AS diff, round(100.0 * salary / SUM(salary) OVER (), 2) AS pct, NTILE(2) OVER (ORDER BY salary) FROM employees ORDER BY salary DESC;
SELECT name, EXTRACT(YEAR FROM hire_date) AS y, AGE(DATE '2024-01-01', hire_date) FROM employees ORDER BY hire_date;
UPDATE employees SET salary = salary * 1.10 WHERE department = 'Sales' RETURNING name, salary;
DELETE FROM employees WHERE id = 1;
CREATE VIEW sales_team AS SELECT * FROM employees WHERE department = 'Sales';
\d+ sales_team
SELECT definition FROM pg_views WHERE viewname = 'sales_team';
ALTER TABLE employees ADD COLUMN email TEXT UNIQUE, ADD COLUMN active BOOLEAN NOT NULL DEFAULT true;
\d employees
UPDATE employees SET email = lower(name) || '@example.com';
INSERT INTO employees (name, email) VALUES ('Alice 2','alice@example.com') ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name RETURNING id, name;
CREATE TABLE accounts (id int PRIMARY KEY, owner text, balance numeric(12,2) NOT NULL CHECK (balance >= 0)); INSERT INTO accounts VALUES (1,'a',100),(2,'b',50);
BEGIN; UPDATE accounts SET balance = balance - 150 WHERE id = 1; ROLLBACK;
SELECT * FROM accounts ORDER BY id;
CREATE INDEX idx_emp_dept ON employees(department); CREATE INDEX CONCURRENTLY idx_emp_sal ON employees USING btree (salary DESC);
SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2;
CREATE OR REPLACE FUNCTION raise_salary(p_id int, p_pct numeric) RETURNS numeric AS $$
DECLARE new_sal numeric;
BEGIN
  UPDATE employees SET salary = salary * (1 + p_pct / 100) WHERE id = p_id RETURNING salary INTO new_sal;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Employee % not found', p_id;
  END IF;
  RETURN new_sal;
END;
$$ LANGUAGE plpgsql;
SELECT raise_salary(2, 10);
SELECT raise_salary(99, 10);
CREATE TABLE audit_log (id serial, tbl text, op text, at timestamptz DEFAULT now(), who text DEFAULT current_user, old_row jsonb, new_row jsonb);
CREATE OR REPLACE FUNCTION audit() RETURNS trigger AS $$
BEGIN
  INSERT INTO audit_log(tbl, op, old_row, new_row) VALUES (TG_TABLE_NAME, TG_OP, CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END, CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END);
  RETURN COALESCE(NEW, OLD);
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER trg_audit AFTER INSERT OR UPDATE OR DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION audit();
UPDATE accounts SET balance = balance + 1; DELETE FROM accounts WHERE id = 2; SELECT tbl, op, who, old_row, new_row FROM audit_log ORDER BY id;
\d accounts
CREATE TABLE products (id bigint GENERATED ALWAYS AS IDENTITY, name text, attrs jsonb DEFAULT '{}', price money, tags text[] DEFAULT '{}', created timestamptz DEFAULT '2024-01-01 00:00+00'); INSERT INTO products(name, attrs, price, tags) VALUES ('Pen','{"color":"blue","stock":5}','1.50','{office,cheap}'),('Desk','{"color":"brown","size":{"w":120}}',199.99::numeric,'{office,furniture}') RETURNING *;
SELECT name, attrs->>'color' AS color, attrs#>>'{size,w}' AS w, 'cheap' = ANY(tags) AS cheap, array_length(tags,1), price * 2 FROM products ORDER BY id;
SELECT jsonb_agg(jsonb_build_object('n', name, 't', tags)) FROM products;
SELECT tag, count(*) FROM products, unnest(tags) AS tag GROUP BY tag ORDER BY count(*) DESC, tag;
CREATE INDEX ON products USING gin (attrs); CREATE INDEX ON products (lower(name)); \d products
\d+ products
COPY products (name, tags) TO STDOUT WITH CSV HEADER;
SELECT generate_series(1,3) AS n, 'row ' || generate_series(1,3) AS label;
SELECT date_trunc('month', d)::date AS month, count(*) FROM generate_series('2024-01-01'::date, '2024-03-10', '1 day') d GROUP BY 1 ORDER BY 1;
SELECT to_char(d, 'Dy DD Mon') FROM generate_series(timestamp '2024-02-28', '2024-03-01', '1 day') AS d;
SELECT COALESCE(NULL, 'x'), NULLIF(1,1), GREATEST(1,5,3), CASE WHEN 1 > 2 THEN 'a' ELSE 'b' END, 10 / 3, 10 / 3.0, 10 % 3, round(10/3.0, 2), random() BETWEEN 0 AND 1;
CREATE SCHEMA hr; CREATE TABLE hr.people (id int); ALTER TABLE employees SET SCHEMA hr; \dt hr.*
SET search_path = hr, public; SELECT count(*) FROM employees; \d sales_team
TABLE hr.people;
CREATE MATERIALIZED VIEW stats AS SELECT department, sum(salary) AS total FROM employees GROUP BY department WITH DATA; \d+ stats
SELECT schemaname, matviewname, ispopulated, definition FROM pg_matviews;
CREATE TYPE status AS ENUM ('new','done'); CREATE TABLE tasks (id int, st status DEFAULT 'new', due interval, pos point); \d tasks
INSERT INTO tasks(id, due) VALUES (1,'2 days'),(2,'1 week 3 hours') RETURNING id, st, due;
INSERT INTO tasks(id, st) VALUES (3,'bad');
SELECT id, due, now() + due > now() AS later FROM tasks ORDER BY due;
DO $$
DECLARE r RECORD; total int := 0;
BEGIN
  FOR r IN SELECT id, name FROM hr.employees ORDER BY id LOOP
    total := total + 1;
    RAISE NOTICE 'Employee %: %', r.id, r.name;
  END LOOP;
  RAISE NOTICE 'total=%', total;
END $$;
CREATE VIEW v_agg AS SELECT d.department, count(*) FILTER (WHERE d.salary > 60000) AS hi, string_agg(d.name, ', ' ORDER BY d.name) AS names, array_agg(DISTINCT d.id) AS ids, max(d.hire_date) - min(d.hire_date) AS span, avg(d.salary)::numeric(10,1) AS a FROM employees d WHERE d.active IS TRUE AND d.name ILIKE '%a%' AND d.email IS NOT NULL AND d.salary NOT BETWEEN 1 AND 2 GROUP BY d.department;
\d+ v_agg
CREATE VIEW v_join AS SELECT e.name, m.name AS boss, coalesce(e.salary, 0::numeric) + 1 AS s, e.salary > 1000 AS rich, NOT e.active AS gone, e.hire_date + 30 AS later, date_part('year', e.hire_date) AS y, now() - e.hire_date::timestamptz AS old, 'x' || e.id AS code, e.salary::int AS si, (SELECT count(*) FROM accounts a WHERE a.id = e.id) AS n, current_date AS today FROM employees e JOIN employees m ON m.id = e.manager_id AND m.active LEFT JOIN accounts a ON a.id = e.id WHERE e.department IN ('Sales','HR') AND e.id NOT IN (SELECT id FROM accounts) AND (e.name LIKE 'A%' OR e.name = 'Bob') ORDER BY e.name DESC, boss NULLS FIRST LIMIT 5 OFFSET 1;
\d+ v_join
SELECT pg_get_viewdef('v_join'::regclass);
CREATE VIEW v_rec AS WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT n, n * n AS sq FROM t;
\d+ v_rec
CREATE VIEW v_fn AS SELECT g AS n, upper(substring('abc' from g for 1)) AS c, trim(both ' ' from ' x ') AS t, extract(dow from current_date) AS d, position('b' in 'abc') AS p FROM generate_series(1,3) g;
\d+ v_fn
CREATE VIEW v_vals AS SELECT * FROM (VALUES (1,'a'),(2,'b')) AS t(id, name); 
\d+ v_vals
CREATE VIEW v_using AS SELECT * FROM employees JOIN accounts USING (id); 
\d+ v_using
CREATE VIEW v_sub AS SELECT s.department, s.total FROM (SELECT department, sum(salary) AS total FROM employees GROUP BY department) s WHERE s.total > 100 AND EXISTS (SELECT 1 FROM employees x WHERE x.department = s.department); 
\d+ v_sub
CREATE VIEW v_case AS SELECT id, CASE department WHEN 'HR' THEN 1 WHEN 'Sales' THEN 2 END AS k, CASE WHEN salary > 1 AND active THEN 'y' ELSE 'n' END AS f, array[id, 2] AS arr, ARRAY(SELECT id FROM accounts) AS ids, row_number() OVER (ORDER BY salary DESC NULLS LAST) AS rn FROM employees UNION SELECT 1, 2, 'z', '{1}', '{2}', 3 ORDER BY 1;
\d+ v_case
