// Names of error conditions and their SQLSTATEs, as PL/pgSQL's handlers and RAISE use them.
// Source: PostgreSQL 15 manual, Appendix A "PostgreSQL Error Codes".

enum PlConditions {
  private static let states: [String: String] = [
    "raise_exception": "P0001", "no_data_found": "P0002", "too_many_rows": "P0003", "assert_failure": "P0004",
    "plpgsql_error": "P0000", "division_by_zero": "22012", "unique_violation": "23505",
    "foreign_key_violation": "23503", "not_null_violation": "23502", "check_violation": "23514",
    "exclusion_violation": "23P01", "integrity_constraint_violation": "23000", "data_exception": "22000",
    "invalid_text_representation": "22P02", "numeric_value_out_of_range": "22003",
    "string_data_right_truncation": "22001", "invalid_parameter_value": "22023", "null_value_not_allowed": "22004",
    "invalid_datetime_format": "22007", "datetime_field_overflow": "22008", "array_subscript_error": "2202E",
    "invalid_regular_expression": "2201B", "character_not_in_repertoire": "22021", "undefined_table": "42P01",
    "undefined_column": "42703", "undefined_function": "42883", "undefined_object": "42704",
    "undefined_parameter": "42P02", "duplicate_table": "42P07", "duplicate_column": "42701",
    "duplicate_object": "42710", "duplicate_function": "42723", "duplicate_schema": "42P06",
    "duplicate_database": "42P04", "syntax_error": "42601", "insufficient_privilege": "42501",
    "datatype_mismatch": "42804", "wrong_object_type": "42809", "ambiguous_column": "42702",
    "syntax_error_or_access_rule_violation": "42000", "feature_not_supported": "0A000",
    "deadlock_detected": "40P01", "serialization_failure": "40001", "transaction_rollback": "40000",
    "lock_not_available": "55P03", "object_in_use": "55006", "object_not_in_prerequisite_state": "55000",
    "query_canceled": "57014", "admin_shutdown": "57P01", "cardinality_violation": "21000", "case_not_found": "20000",
    "invalid_schema_name": "3F000", "invalid_catalog_name": "3D000", "read_only_sql_transaction": "25006",
    "invalid_transaction_state": "25000", "internal_error": "XX000", "insufficient_resources": "53000",
    "program_limit_exceeded": "54000", "dependent_objects_still_exist": "2BP01",
    "sequence_generator_limit_exceeded": "2200H", "with_check_option_violation": "44000",
    "invalid_cursor_name": "34000", "invalid_argument_for_logarithm": "2201E", "substring_error": "22011",
  ]

  static func state(_ name: String) -> String? { states[name] }

  /// Whether a handler's condition catches an error; a class (`…000`) catches all of its members.
  static func matches(_ condition: String, _ state: String) -> Bool {
    if condition == "others" { return state != "57014" && state != "P0004" }
    let wanted = states[condition] ?? condition.uppercased()
    if wanted == state { return true }
    return wanted.hasSuffix("000") && wanted.prefix(2) == state.prefix(2)
  }
}
