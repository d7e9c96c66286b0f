### -
-- Values at the ends of their types: an error of the server, never a trap of ours.
#+ -
select length(repeat('x', 2000000000));
#+ -
select lpad('x', 2000000000, 'y');
#+ -
select array_fill(1, array[1000000000]);
#+ -
select array_fill(1, array[100000, 100000]);
#+ -
select array_fill(1, array[2147483647, 2147483647, 2147483647]);
#+ -
select 10::numeric ^ 1000000;
#+ -
select 9.5::numeric ^ 1000000;
#+ -
select exp(10000::numeric);
#+ -
select length(exp(-10000::numeric)::text);
#+ -
select round(1.5, 2147483647) = 1.5, trunc(1.5, -2147483648);
#+ -
select 1::bit(100000000);
#+ -
select now() + interval '1000000 years';
#+ -
select timestamp '294276-12-31 23:59:59' + interval '1 second';
#+ -
select timestamp '2024-01-01' + interval '2147483647 days';
#+ -
select timestamp '4713-01-01 BC' - interval '1 year';
#+ -
select timestamp '2024-01-31' + interval '1 month', date '2024-01-31' - interval '1 month';
#+ -
select interval '2147483647 months' * 2, 1;
#+ -
select interval '1 day' * 1e10;
#+ -
select interval '2147483647 days' + interval '1 day';
#+ -
select interval '1 hour' * 'nan'::float8;
#+ -
select sum(i) from (values (interval '1 day'), (interval '2 days 3 hours')) v(i);
#+ -
select avg(i) from (values (interval '1 day'), (interval '2 days 3 hours')) v(i);
#+ -
select to_timestamp(1e20);
#+ -
select to_timestamp('nan');
#+ -
select to_timestamp('infinity'), to_timestamp(0) at time zone 'UTC';
#+ -
select make_date(2024, 13, 1);
#+ -
select make_date(0, 1, 1);
#+ -
select make_date(-44, 3, 15);
#+ -
select make_time(25, 0, 0);
#+ -
select make_time(10, 61, 0);
#+ -
select make_time(24, 0, 0), make_time(8, 15, 23.5);
#+ -
select make_time(8, 15, 'nan');
#+ -
select make_timestamp(2024, 2, 30, 0, 0, 0);
#+ -
select make_timestamp(2024, 2, 29, 25, 0, 7.5);
#+ -
select make_timestamp(2024, 2, 29, 23, 59, 59.5);
#+ -
select make_timestamp(2147483, 2, 28, 1, 0, 0);
#+ -
select make_interval(years => 1, months => 2, weeks => 1, days => 3, hours => 4, mins => 5, secs => 6.7);
#+ -
select make_interval(secs => 'infinity');
#+ -
select int4range(1, 2147483647, '[]');
#+ -
select int8range(1, 9223372036854775807, '[]');
#+ -
select int4range(1, 5, '[]'), daterange('2024-01-01', '2024-01-31', '[]');
#+ -
select date_bin('15 minutes', timestamp '2024-02-11 15:44:17', timestamp '2001-01-01');
#+ -
select date_bin('0 minutes', timestamp '2024-02-11 15:44:17', timestamp '2001-01-01');
#+ -
select (9223372036854775807)::int8 + 1;
#+ -
select (-9223372036854775808)::int8 / -1, 1;
#+ -
select 'aXb' ~ '^(a|X|b)*$', 'a1b2' ~ '^([a-z][0-9])+$';
#+ -
create table chain (id int primary key, parent int references chain on delete cascade);
#+ -
insert into chain select i, nullif(i - 1, 0) from generate_series(1, 60) i;
#+ -
delete from chain where id = 1;
#+ -
select count(*) from chain;
#+ -
do $$ declare a int[]; begin for i in 1..2000 loop a := a || i; end loop; raise notice '%', array_length(a, 1); end $$;
#+ -
select '{{{{{{{1}}}}}}}'::int[];
#+ -
set work_mem = '99999999999999999999GB';
#+ -
set work_mem = '9999999999GB';
#+ -
select pg_typeof(-2147483648), pg_typeof(2147483648), pg_typeof(- 2147483648), pg_typeof(0 - 2147483648);
