extension ClientTools {
  static func dumpDatabase(_ call: ClientCall) -> Int32 { call.answersFirst() ?? call.notSimulated("dump") }
  static func dumpAll(_ call: ClientCall) -> Int32 { call.answersFirst() ?? call.notSimulated("dump") }
  static func restore(_ call: ClientCall) -> Int32 { call.answersFirst() ?? call.notSimulated("restore") }
}
