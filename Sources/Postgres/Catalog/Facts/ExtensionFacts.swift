// Facts of PostgreSQL 15's contrib packages (pg_available_extensions), one row per line, fields separated by tabs, and the functions
// of those that are modelled. Facts read from the catalogue of a running PostgreSQL 15 server.

/// name|default version|comment
let extensionFacts: StaticString = #"""
  adminpack	2.1	administrative functions for PostgreSQL
  amcheck	1.3	functions for verifying relation integrity
  autoinc	1.0	functions for autoincrementing fields
  bloom	1.0	bloom access method - signature file based index
  btree_gin	1.3	support for indexing common datatypes in GIN
  btree_gist	1.7	support for indexing common datatypes in GiST
  citext	1.6	data type for case-insensitive character strings
  cube	1.5	data type for multidimensional cubes
  dblink	1.2	connect to other PostgreSQL databases from within a database
  dict_int	1.0	text search dictionary template for integers
  dict_xsyn	1.0	text search dictionary template for extended synonym processing
  earthdistance	1.1	calculate great-circle distances on the surface of the Earth
  file_fdw	1.0	foreign-data wrapper for flat file access
  fuzzystrmatch	1.1	determine similarities and distance between strings
  hstore	1.8	data type for storing sets of (key, value) pairs
  insert_username	1.0	functions for tracking who changed a table
  intagg	1.1	integer aggregator and enumerator (obsolete)
  intarray	1.5	functions, operators, and index support for 1-D arrays of integers
  isn	1.2	data types for international product numbering standards
  lo	1.1	Large Object maintenance
  ltree	1.2	data type for hierarchical tree-like structures
  moddatetime	1.0	functions for tracking last modification time
  old_snapshot	1.0	utilities in support of old_snapshot_threshold
  pageinspect	1.11	inspect the contents of database pages at a low level
  pg_buffercache	1.3	examine the shared buffer cache
  pg_freespacemap	1.2	examine the free space map (FSM)
  pg_prewarm	1.2	prewarm relation data
  pg_stat_statements	1.10	track planning and execution statistics of all SQL statements executed
  pg_surgery	1.0	extension to perform surgery on a damaged relation
  pg_trgm	1.6	text similarity measurement and index searching based on trigrams
  pg_visibility	1.2	examine the visibility map (VM) and page-level visibility info
  pg_walinspect	1.0	functions to inspect contents of PostgreSQL Write-Ahead Log
  pgcrypto	1.3	cryptographic functions
  pgrowlocks	1.2	show row-level locking information
  pgstattuple	1.5	show tuple-level statistics
  plpgsql	1.0	PL/pgSQL procedural language
  postgres_fdw	1.1	foreign-data wrapper for remote PostgreSQL servers
  refint	1.0	functions for implementing referential integrity (obsolete)
  seg	1.4	data type for representing line segments or floating-point intervals
  sslinfo	1.2	information about SSL certificates
  tablefunc	1.0	functions that manipulate whole tables, including crosstab
  tcn	1.0	Triggered change notifications
  tsm_system_rows	1.0	TABLESAMPLE method which accepts number of rows as a limit
  tsm_system_time	1.0	TABLESAMPLE method which accepts time in milliseconds as a limit
  unaccent	1.1	text search dictionary that removes accents
  uuid-ossp	1.1	generate universally unique identifiers (UUIDs)
  xml2	1.1	XPath querying and XSLT
  """#

/// The functions as in functionFacts, behind the extension's name
let extensionFunctionFacts: StaticString = #"""
  pgcrypto	digest	text,text	bytea	fi	pg_digest
  pgcrypto	digest	bytea,text	bytea	fi	pg_digest
  pgcrypto	hmac	text,text,text	bytea	fi	pg_hmac
  pgcrypto	hmac	bytea,bytea,text	bytea	fi	pg_hmac
  pgcrypto	gen_random_bytes	int4	bytea	fv	pg_random_bytes
  pgcrypto	gen_salt	text	text	fv	pg_gen_salt
  pgcrypto	gen_salt	text,int4	text	fv	pg_gen_salt_rounds
  pgcrypto	crypt	text,text	text	fi	pg_crypt
  pgcrypto	encrypt	bytea,bytea,text	bytea	fi	pg_encrypt
  pgcrypto	decrypt	bytea,bytea,text	bytea	fi	pg_decrypt
  pgcrypto	pgp_sym_encrypt	text,text	bytea	fv	pgp_sym_encrypt_text
  pgcrypto	pgp_sym_decrypt	bytea,text	text	fi	pgp_sym_decrypt_text
  uuid-ossp	uuid_nil		uuid	fi
  uuid-ossp	uuid_ns_dns		uuid	fi
  uuid-ossp	uuid_ns_url		uuid	fi
  uuid-ossp	uuid_ns_oid		uuid	fi
  uuid-ossp	uuid_ns_x500		uuid	fi
  uuid-ossp	uuid_generate_v1		uuid	fv
  uuid-ossp	uuid_generate_v1mc		uuid	fv
  uuid-ossp	uuid_generate_v3	uuid,text	uuid	fi
  uuid-ossp	uuid_generate_v4		uuid	fv
  uuid-ossp	uuid_generate_v5	uuid,text	uuid	fi
  """#
