### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
SELECT * FROM users;
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
\d users
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
\dt
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
\d
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
\di
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
\ds
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
\d users_id_seq
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
\d users_pkey
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
INSERT INTO users (username) VALUES ('alice');
INSERT INTO users(email) VALUES ('x');
INSERT INTO users(username) VALUES ('dave') RETURNING id;
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
UPDATE users SET email='c@x' WHERE username='charlie';
SELECT * FROM users;
DELETE FROM users WHERE id=1 RETURNING *;
SELECT count(*) FROM users;
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
BEGIN;
DELETE FROM users;
SELECT count(*) FROM users;
ROLLBACK;
SELECT count(*) FROM users;
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
BEGIN;
SAVEPOINT a;
INSERT INTO users(username) VALUES('x');
ROLLBACK TO a;
SELECT x;
SELECT 1;
COMMIT;
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
SELECT usernam FROM users;
SELECT * FROM nope;
SELECT nofunc(1);
SELEC 1;
SELECT 1 +;
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
ALTER TABLE users ADD COLUMN age integer DEFAULT 18 CHECK (age > 0);
\d users
INSERT INTO users(username, age) VALUES ('z', -1);
SELECT * FROM users;
ALTER TABLE users DROP COLUMN email;
SELECT * FROM users;
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
CREATE TABLE orders(id int primary key, user_id int REFERENCES users(id) ON DELETE CASCADE, total numeric(10,2));
INSERT INTO orders VALUES (1,1,10.5),(2,1,20),(3,2,5.25);
INSERT INTO orders VALUES (4,99,1);
\d orders
\d users
SELECT u.username, count(o.id), sum(o.total) FROM users u LEFT JOIN orders o ON o.user_id=u.id GROUP BY u.username ORDER BY 1;
DELETE FROM users WHERE id=1;
SELECT * FROM orders;
DROP TABLE users;
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
CREATE INDEX idx ON users (email);
CREATE VIEW v AS SELECT username FROM users WHERE id > 1;
SELECT * FROM v;
\dv
DROP TABLE users;
DROP TABLE users CASCADE;
DROP TABLE IF EXISTS users;
### -
CREATE TABLE users (id SERIAL PRIMARY KEY, username VARCHAR(50) UNIQUE NOT NULL, email VARCHAR(100), created_at DATE DEFAULT '2024-01-01');
INSERT INTO users (username, email) VALUES ('alice','alice@test.com'),('bob','bob@test.com'),('charlie',NULL);
INSERT INTO users(username,email) VALUES ('alice','new') ON CONFLICT (username) DO UPDATE SET email=EXCLUDED.email;
SELECT * FROM users ORDER BY id;
TRUNCATE users RESTART IDENTITY;
INSERT INTO users(username) VALUES('q') RETURNING id;
