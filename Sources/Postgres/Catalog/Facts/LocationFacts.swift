// Where PostgreSQL 15.18 reports an error from, one message per line, fields separated by tabs; `*` stands for any text.
// Facts read from a running PostgreSQL 15.18 server.

/// state|message|function, file:line
let locationFacts: StaticString = #"""
  00000	column "*" of relation "*" does not exist, skipping	ATExecDropColumn, tablecmds.c:8603
  00000	database "*" does not exist, skipping	dropdb, dbcommands.c:1557
  00000	drop cascades to * other objects	reportDependentObjects, dependency.c:1213
  00000	drop cascades to table s.t	reportDependentObjects, dependency.c:1224
  00000	drop cascades to trigger audit_trg on table t	reportDependentObjects, dependency.c:1224
  00000	drop cascades to view v	reportDependentObjects, dependency.c:1224
  00000	function add(pg_catalog.int4) does not exist, skipping	does_not_exist_skipping, dropcmds.c:492
  00000	relation "*" does not exist, skipping	ProcessUtilitySlow, utility.c:1331
  00000	role "*" does not exist, skipping	DropRole, user.c:957
  00000	table "*" does not exist, skipping	DropErrorMsgNonExistent, tablecmds.c:1310
  00000	truncate cascades to table "*"	ExecuteTruncateGuts, tablecmds.c:1840
  00000	view "*" does not exist, skipping	DropErrorMsgNonExistent, tablecmds.c:1310
  0A000	cannot insert into column "*" of view "*"	rewriteTargetView, rewriteHandler.c:3308
  0A000	cannot truncate a table referenced in a foreign key constraint	heap_truncate_check_FKs, heap.c:3230
  0A000	encoding conversion from UTF8 to ASCII not supported	pg_to_ascii, ascii.c:74
  21000	ON CONFLICT DO UPDATE command cannot affect row a second time	ExecOnConflictUpdate, nodeModifyTable.c:2600
  21000	more than one row returned by a subquery used as an expression	ExecSetParamPlan, nodeSubplan.c:1156
  22001	value too long for type character varying(*)	varchar, varchar.c:632
  22001	value too long for type character(*)	bpchar, varchar.c:308
  22003	bigint out of range	numeric_int8, numeric.c:4378
  22003	integer out of range	int84, int8.c:1270
  22003	numeric field overflow	apply_typmod, numeric.c:7561
  22003	setval: value * is out of bounds for sequence "*" (*..*)	do_setval, sequence.c:1002
  22003	smallint out of range	i4toi2, int.c:381
  22007	invalid input syntax for type date: "*"	DateTimeParseError, datetime.c:4048
  22007	invalid input syntax for type interval: "*"	DateTimeParseError, datetime.c:4048
  22008	date/time field value out of range: "*"	DateTimeParseError, datetime.c:4021
  2200H	nextval: reached maximum value of sequence "*" (*)	nextval_internal, sequence.c:760
  22012	division by zero	int4div, int.c:869
  2201E	cannot take logarithm of zero	dlog1, float.c:1705
  2201F	cannot take square root of a negative number	dsqrt, float.c:1457
  2201W	LIMIT must not be negative	recompute_limits, nodeLimit.c:398
  22023	NUMERIC precision * must be between * and *	numerictypmodin, numeric.c:1262
  22023	invalid value for parameter "*": "*"	parse_and_validate_value, guc.c:7422
  22023	length for type varchar must be at least *	anychar_typmodin, varchar.c:51
  22023	role "*" does not exist	call_string_check_hook, guc.c:12053
  22023	step size cannot equal zero	generate_series_step_int4, int.c:1555
  22P02	invalid input syntax for type bigint: "*"	pg_strtoint64, numutils.c:316
  22P02	invalid input syntax for type boolean: "*"	boolin, bool.c:151
  22P02	invalid input syntax for type double precision: "*"	float8in_internal_opt_error, float.c:484
  22P02	invalid input syntax for type inet: "*"	network_in, network.c:96
  22P02	invalid input syntax for type integer: "*"	pg_strtoint32, numutils.c:232
  22P02	invalid input syntax for type json	json_ereport_error, jsonfuncs.c:627
  22P02	invalid input syntax for type numeric: "*"	set_var_from_str, numeric.c:6896
  22P02	invalid input syntax for type smallint: "*"	pg_strtoint16, numutils.c:156
  22P02	invalid input syntax for type uuid: "*"	string_to_uuid, uuid.c:133
  22P02	invalid input value for enum mood: "*"	enum_in, enum.c:128
  22P02	malformed array literal: "*"	ArrayCount, arrayfuncs.c:492
  22P04	extra data after last expected column	NextCopyFrom, copyfromparse.c:888
  22P04	missing data for column "*"	NextCopyFrom, copyfromparse.c:902
  23502	domain * does not allow null values	ExecEvalConstraintNotNull, execExprInterp.c:3772
  23502	column "*" of relation "*" contains null values	ATRewriteTable, tablecmds.c:6049
  23502	null value in column "*" of relation "*" violates not-null constraint	ExecConstraints, execMain.c:2023
  23503	insert or update on table "*" violates foreign key constraint "*"	ri_ReportViolation, ri_triggers.c:2596
  23503	update or delete on table "*" violates foreign key constraint "*" on table "*"	ri_ReportViolation, ri_triggers.c:2609
  23505	could not create unique index "*"	comparetup_index_btree, tuplesort.c:4423
  23505	duplicate key value violates unique constraint "*"	_bt_check_unique, nbtinsert.c:664
  23514	check constraint "*" of relation "*" is violated by some row	ATRewriteTable, tablecmds.c:6066
  23514	new row for relation "*" violates check constraint "*"	ExecConstraints, execMain.c:2074
  23514	no partition of relation "*" found for row	ExecFindPartition, execPartition.c:328
  23514	value for domain * violates check constraint "*"	ExecEvalConstraintCheck, execExprInterp.c:3787
  25001	CREATE DATABASE cannot run inside a transaction block	PreventInTransactionBlock, xact.c:3486
  25001	there is already a transaction in progress	BeginTransactionBlock, xact.c:3789
  25006	cannot execute INSERT in a read-only transaction	PreventCommandIfReadOnly, utility.c:414
  25P01	DECLARE CURSOR can only be used in transaction blocks	CheckTransactionBlock, xact.c:3587
  25P01	RELEASE SAVEPOINT can only be used in transaction blocks	CheckTransactionBlock, xact.c:3587
  25P01	ROLLBACK TO SAVEPOINT can only be used in transaction blocks	CheckTransactionBlock, xact.c:3587
  25P01	SAVEPOINT can only be used in transaction blocks	CheckTransactionBlock, xact.c:3587
  25P01	there is no transaction in progress	UserAbortTransactionBlock, xact.c:4110
  25P02	current transaction is aborted, commands ignored until end of transaction block	exec_simple_query, postgres.c:1081
  26000	prepared statement "*" does not exist	FetchPreparedStatement, prepare.c:451
  2BP01	cannot drop function t_audit() because other objects depend on it	reportDependentObjects, dependency.c:1196
  2BP01	cannot drop schema app because other objects depend on it	reportDependentObjects, dependency.c:1196
  2BP01	cannot drop schema s because other objects depend on it	reportDependentObjects, dependency.c:1196
  2BP01	cannot drop sequence t_id_seq because other objects depend on it	reportDependentObjects, dependency.c:1196
  2BP01	cannot drop table base because other objects depend on it	reportDependentObjects, dependency.c:1196
  2BP01	cannot drop table p because other objects depend on it	reportDependentObjects, dependency.c:1196
  2BP01	cannot drop table users because other objects depend on it	reportDependentObjects, dependency.c:1196
  2BP01	cannot drop type mood because other objects depend on it	reportDependentObjects, dependency.c:1196
  2BP01	cannot drop view v because other objects depend on it	reportDependentObjects, dependency.c:1196
  2BP01	role "*" cannot be dropped because some objects depend on it	DropRole, user.c:1003
  2F005	control reached end of function without RETURN	plpgsql_exec_function, pl_exec.c:627
  34000	cursor "*" does not exist	PerformPortalFetch, portalcmds.c:187
  3D000	database "*" does not exist	dropdb, dbcommands.c:1549
  3D000	template database "*" does not exist	createdb, dbcommands.c:963
  3F000	no schema has been selected to create in	RangeVarGetCreationNamespace, namespace.c:499
  3F000	schema "*" does not exist	get_namespace_oid, namespace.c:3099
  42501	must be owner of table t	aclcheck_error, aclchk.c:3793
  42501	permission denied for schema public	aclcheck_error, aclchk.c:3655
  42501	permission denied for table secret	aclcheck_error, aclchk.c:3655
  42501	permission denied for table t	aclcheck_error, aclchk.c:3655
  42601	INSERT has more expressions than target columns	transformInsertRow, analyze.c:1017
  42601	INSERT has more target columns than expressions	transformInsertRow, analyze.c:1035
  42601	ON CONFLICT DO UPDATE requires inference specification or constraint name	transformOnConflictArbiter, parse_clause.c:3184
  42601	SELECT * with no tables specified is not valid	ExpandAllTables, parse_target.c:1335
  42601	VALUES lists must all be the same length	transformInsertStmt, analyze.c:816
  42601	each UNION query must have the same number of columns	transformSetOperationTree, analyze.c:2166
  42601	query has no destination for result data	exec_stmt_execsql, pl_exec.c:4411
  42601	subquery in FROM must have an alias	base_yyparse, gram.y:13263
  42601	subquery must return only one column	transformSubLink, parse_expr.c:1823
  42601	syntax error at or near "*"	scanner_yyerror, scan.l:1188
  42601	trailing junk after numeric literal at or near "*"	scanner_yyerror, scan.l:1188
  42601	unterminated quoted string at or near "*"	scanner_yyerror, scan.l:1188
  42601	wrong number of parameters for prepared statement "*"	EvaluateParams, prepare.c:293
  42701	column "*" of relation "*" already exists	check_for_column_name_collision, tablecmds.c:7279
  42701	column "*" of relation "*" already exists, skipping	check_for_column_name_collision, tablecmds.c:7272
  42701	column "*" specified more than once	MergeAttributes, tablecmds.c:2417
  42702	column reference "*" is ambiguous	scanRTEForColumn, parse_relation.c:816
  42703	column "*" does not exist	errorMissingColumn, parse_relation.c:3665
  42703	column "*" named in key does not exist	transformIndexConstraint, parse_utilcmd.c:2575
  42703	column "*" of relation "*" does not exist	transformUpdateTargetList, analyze.c:2515
  42703	column "*" referenced in foreign key constraint does not exist	transformColumnNameList, tablecmds.c:11501
  42703	column emp.nope does not exist	errorMissingColumn, parse_relation.c:3665
  42704	constraint "*" for table "*" does not exist	get_relation_constraint_attnos, pg_constraint.c:985
  42704	index "*" does not exist	DropErrorMsgNonExistent, tablecmds.c:1304
  42704	language "*" does not exist	CreateFunction, functioncmds.c:1107
  42704	role "*" does not exist	get_role_oid, acl.c:5201
  42704	trigger "*" for table "*" does not exist	get_trigger_oid, trigger.c:1441
  42704	type "*" does not exist	typenameType, parse_type.c:270
  42704	unrecognized configuration parameter "*"	find_option, guc.c:5734
  42710	role "*" already exists	CreateRole, user.c:308
  42723	function "*" already exists with same argument types	ProcedureCreate, pg_proc.c:374
  42725	function sum(unknown) is not unique	ParseFuncOrColumn, parse_func.c:570
  42725	operator is not unique: date + unknown	op_error, parse_oper.c:639
  42725	operator is not unique: unknown + unknown	op_error, parse_oper.c:639
  42803	aggregate functions are not allowed in WHERE	check_agglevels_and_constraints, parse_agg.c:603
  42803	column "*" must appear in the GROUP BY clause or be used in an aggregate function	check_ungrouped_columns_walker, parse_agg.c:1484
  42804	argument of AND must be type boolean, not type integer	coerce_to_boolean, parse_coerce.c:1176
  42804	argument of CASE/WHEN must be type boolean, not type integer	coerce_to_boolean, parse_coerce.c:1176
  42804	argument of IS TRUE must be type boolean, not type integer	coerce_to_boolean, parse_coerce.c:1176
  42804	argument of NOT must be type boolean, not type integer	coerce_to_boolean, parse_coerce.c:1176
  42804	argument of WHERE must be type boolean, not type text	coerce_to_boolean, parse_coerce.c:1176
  42804	column "*" cannot be cast automatically to type integer	ATPrepAlterColumnType, tablecmds.c:12535
  42804	column "*" is of type integer but expression is of type boolean	transformAssignedExpr, parse_target.c:587
  42804	column "*" is of type integer but expression is of type date	transformAssignedExpr, parse_target.c:587
  42809	"*" is not a table	DropErrorMsgWrongType, tablecmds.c:1339
  42809	cannot change materialized view "*"	CheckValidResultRelNew, execMain.c:1090
  42809	count(*) must be used to call a parameterless aggregate function	ParseFuncOrColumn, parse_func.c:788
  42809	raise_all(integer) is a procedure	ParseFuncOrColumn, parse_func.c:295
  42809	window function rank requires an OVER clause	ParseFuncOrColumn, parse_func.c:525
  42830	there is no unique constraint matching given keys for referenced table "*"	transformFkeyCheckAttrs, tablecmds.c:11762
  42846	cannot cast type boolean to numeric	transformTypeCast, parse_expr.c:2665
  42846	cannot cast type integer to date	transformTypeCast, parse_expr.c:2665
  42846	cannot cast type integer[] to integer	transformTypeCast, parse_expr.c:2665
  42846	cannot cast type timestamp with time zone to integer	transformTypeCast, parse_expr.c:2665
  42883	could not find a function named "*"	LookupFuncWithArgs, parse_func.c:2439
  42883	function add(integer) does not exist	ParseFuncOrColumn, parse_func.c:629
  42883	function add(integer, integer) does not exist	ParseFuncOrColumn, parse_func.c:629
  42883	function length(integer) does not exist	ParseFuncOrColumn, parse_func.c:629
  42883	function lower(integer, integer) does not exist	ParseFuncOrColumn, parse_func.c:629
  42883	function max() does not exist	ParseFuncOrColumn, parse_func.c:629
  42883	function nofunc(integer) does not exist	ParseFuncOrColumn, parse_func.c:629
  42883	function nope() does not exist	ParseFuncOrColumn, parse_func.c:629
  42883	function nosuchfunc(integer, unknown) does not exist	ParseFuncOrColumn, parse_func.c:629
  42883	function substring(integer, integer) does not exist	ParseFuncOrColumn, parse_func.c:629
  42883	function sum(text) does not exist	ParseFuncOrColumn, parse_func.c:629
  42883	function upper(integer) does not exist	ParseFuncOrColumn, parse_func.c:629
  42883	operator does not exist: - text	op_error, parse_oper.c:647
  42883	operator does not exist: boolean + integer	op_error, parse_oper.c:647
  42883	operator does not exist: integer < text	op_error, parse_oper.c:647
  42883	operator does not exist: integer = boolean	op_error, parse_oper.c:647
  42883	operator does not exist: integer || integer	op_error, parse_oper.c:647
  42883	operator does not exist: text + integer	op_error, parse_oper.c:647
  42883	operator does not exist: timestamp with time zone + integer	op_error, parse_oper.c:647
  42883	procedure nope() does not exist	ParseFuncOrColumn, parse_func.c:620
  428C9	cannot insert a non-DEFAULT value into column "*"	rewriteTargetListIU, rewriteHandler.c:930
  42P01	invalid reference to FROM-clause entry for table "*"	errorMissingRTE, parse_relation.c:3606
  42P01	missing FROM-clause entry for table "*"	errorMissingRTE, parse_relation.c:3617
  42P01	relation "*" does not exist	parserOpenTable, parse_relation.c:1392
  42P01	table "*" does not exist	DropErrorMsgNonExistent, tablecmds.c:1304
  42P01	view "*" does not exist	DropErrorMsgNonExistent, tablecmds.c:1304
  42P02	there is no parameter $*	transformParamRef, parse_expr.c:838
  42P04	database "*" already exists	createdb, dbcommands.c:1242
  42P05	prepared statement "*" already exists	StorePreparedStatement, prepare.c:412
  42P06	schema "*" already exists	NamespaceCreate, pg_namespace.c:62
  42P06	schema "*" already exists, skipping	CreateSchemaCommand, schemacmds.c:131
  42P07	relation "*" already exists	heap_create_with_catalog, heap.c:1164
  42P07	relation "*" already exists, skipping	transformCreateStmt, parse_utilcmd.c:207
  42P10	GROUP BY position * is not in select list	findTargetlistEntrySQL92, parse_clause.c:2018
  42P10	ORDER BY position * is not in select list	findTargetlistEntrySQL92, parse_clause.c:2018
  42P10	SELECT DISTINCT ON expressions must match initial ORDER BY expressions	transformDistinctOnClause, parse_clause.c:3021
  42P10	WITH query "*" has * columns available but * columns specified	analyzeCTETargetList, parse_cte.c:641
  42P10	there is no unique or exclusion constraint matching the ON CONFLICT specification	infer_arbiter_indexes, plancat.c:885
  42P13	cannot change return type of existing function	ProcedureCreate, pg_proc.c:411
  42P16	cannot drop columns from view	checkViewTupleDesc, view.c:277
  42P16	multiple primary keys for table "*" are not allowed	transformIndexConstraint, parse_utilcmd.c:2231
  42P17	partition "*" would overlap partition "*"	check_new_partition_bound, partbounds.c:3252
  42P18	cannot determine type of empty array	transformArrayExpr, parse_expr.c:2003
  42P20	window functions are not allowed in WHERE	transformWindowFuncCall, parse_agg.c:1032
  44000	new row violates check option for view "*"	ExecWithCheckOptions, execMain.c:2183
  55000	currval of sequence "*" is not yet defined in this session	currval_oid, sequence.c:897
  55000	materialized view "*" has not been populated	ExecOpenScanRelation, execUtils.c:740
  55006	cannot drop the currently open database	dropdb, dbcommands.c:1586
  55P02	parameter "*" cannot be changed without restarting the server	set_config_option_ext, guc.c:7719
  P0001	*	exec_stmt_raise, pl_exec.c:3891
  """#
