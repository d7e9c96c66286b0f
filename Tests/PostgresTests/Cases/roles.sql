### -
CREATE ROLE app LOGIN PASSWORD 'x';
CREATE TABLE secret(a int);
SET ROLE app;
SELECT * FROM secret;
RESET ROLE;
GRANT SELECT ON secret TO app;
SET ROLE app;
SELECT * FROM secret;
INSERT INTO secret VALUES (1);
RESET ROLE;
\dp secret
\du app
DROP ROLE app;
REVOKE ALL ON secret FROM app;
DROP ROLE app;
### -
SHOW work_mem;
SET work_mem='64MB';
SHOW work_mem;
SHOW nope;
SET search_path TO nope;
CREATE TABLE x(a int);
SELECT current_user, current_database(), current_schema();
SHOW server_version_num;
SHOW max_connections;
### -
CREATE SCHEMA s;
CREATE TABLE s.t(a int);
SELECT * FROM t;
SELECT * FROM s.t;
DROP SCHEMA s;
DROP SCHEMA s CASCADE;
CREATE TYPE mood AS ENUM ('sad','ok','happy');
CREATE TABLE p(m mood);
INSERT INTO p VALUES ('ok'),('sad');
SELECT * FROM p ORDER BY m;
INSERT INTO p VALUES ('bad');
\d p
