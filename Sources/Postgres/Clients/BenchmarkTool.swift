// pgbench: `-i` makes its tables and their rows; the times it tells are those of the virtual clock, which no statement moves. Runs measure
// a machine and are left out. Source: PostgreSQL 15 manual, reference page pgbench.

internal import SimKernel

extension ClientTools {
  static func runBenchmark(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    var scale: Int64 = 1
    var isQuiet = false
    var initializes = false
    var vacuums = true
    var foreignKeys = false
    var fillFactor = "100"
    var unsupported: String?
    let own: [OptionName] = [
      OptionName("initialize", "i", false), OptionName("scale", "s", true), OptionName("quiet", "q", false),
      OptionName("no-vacuum", "n", false), OptionName("foreign-keys", nil, false), OptionName("fillfactor", "F", true),
      OptionName("unlogged-tables", nil, false), OptionName("init-steps", "I", true),
      OptionName("partitions", nil, true), OptionName("tablespace", nil, true), OptionName("client", "c", true),
      OptionName("jobs", "j", true), OptionName("time", "T", true), OptionName("transactions", "t", true),
      OptionName("progress", "P", true), OptionName("select-only", "S", false), OptionName("file", "f", true),
      OptionName("builtin", "b", true), OptionName("protocol", "M", true), OptionName("report-per-command", "r", false),
      OptionName("log", "l", false), OptionName("connect", "C", false), OptionName("rate", "R", true),
      OptionName("define", "D", true), OptionName("skip-some-updates", "N", false),
      OptionName("vacuum-all", "v", false),
    ]
    let words = call.read(own + ClientCall.connectionOptions, most: 1) { name, value in
      switch name {
      case "initialize": initializes = true
      case "scale":
        guard let number = Int64(value), number > 0 else {
          return call.fail("invalid value \"\(value)\" for option -s/--scale")
        }
        scale = number
      case "quiet": isQuiet = true
      case "no-vacuum": vacuums = false
      case "foreign-keys": foreignKeys = true
      case "fillfactor": fillFactor = value
      case "unlogged-tables", "init-steps", "partitions", "tablespace": unsupported = "--" + name
      default: if !call.takeConnection(name, value) { unsupported = "runs" }
      }
      return nil
    }
    if let code = words.code { return code }
    guard initializes else { return call.notSimulated("runs") }
    if let unsupported { return call.notSimulated(unsupported) }
    if scale > 20 { return call.notSimulated("--scale over 20") }
    call.fillParameters()
    let database = words.operands.first ?? call.host.environment("PGDATABASE") ?? call.parameters.user ?? ""
    guard call.connect(database) != nil else { return 1 }
    var steps: [(text: String, sql: [String])] = [
      (
        "dropping old tables...",
        ["drop table if exists pgbench_accounts, pgbench_branches, pgbench_history, pgbench_tellers"]
      ),
      ("creating tables...", tables(fillFactor)),
      (call.host.majorVersion < 13 ? "generating data..." : "generating data (client-side)...", rows(scale)),
    ]
    if vacuums {
      var list: [String] = []
      for table in ["branches", "tellers", "accounts", "history"] { list.append("vacuum analyze pgbench_" + table) }
      steps.append(("vacuuming...", list))
    }
    steps.append(
      (
        "creating primary keys...",
        [
          "alter table pgbench_branches add primary key (bid)", "alter table pgbench_tellers add primary key (tid)",
          "alter table pgbench_accounts add primary key (aid)",
        ]
      ))
    if foreignKeys { steps.append(("creating foreign keys...", references)) }
    for step in steps {
      call.output.complain(step.text + "\n")
      for sql in step.sql {
        if let error = call.run(sql) {
          return call.fail("query failed: \(call.described(error))", detail: "Query was: \(sql)")
        }
      }
      if step.text.hasPrefix("generating") { tellProgress(call, scale, isQuiet) }
    }
    if call.host.majorVersion < 13 {
      call.output.complain("done.\n")
      return 0
    }
    var parts = ["drop tables 0.00 s", "create tables 0.00 s", "client-side generate 0.00 s"]
    if vacuums { parts.append("vacuum 0.00 s") }
    parts.append("primary keys 0.00 s")
    if foreignKeys { parts.append("foreign keys 0.00 s") }
    call.output.complain("done in 0.00 s (\(joined(parts, ", "))).\n")
    return 0
  }

  private static func tables(_ fillFactor: String) -> [String] {
    let how = " with (fillfactor=\(fillFactor))"
    return [
      "create table pgbench_history(tid int,bid int,aid int,delta int,mtime timestamp,filler char(22))",
      "create table pgbench_tellers(tid int not null,bid int,tbalance int,filler char(84))" + how,
      "create table pgbench_accounts(aid int not null,bid int,abalance int,filler char(84))" + how,
      "create table pgbench_branches(bid int not null,bbalance int,filler char(88))" + how,
    ]
  }

  private static func rows(_ scale: Int64) -> [String] {
    [
      "begin", "truncate table pgbench_accounts, pgbench_branches, pgbench_history, pgbench_tellers",
      "insert into pgbench_branches(bid,bbalance) select n, 0 from generate_series(1, \(scale)) n",
      "insert into pgbench_tellers(tid,bid,tbalance) select n, (n - 1) / 10 + 1, 0 from generate_series(1, \(scale * 10)) n",
      "insert into pgbench_accounts select n, (n - 1) / 100000 + 1, 0, '' from generate_series(1, \(scale * 100_000)) n",
      "commit",
    ]
  }

  private static let references = [
    "alter table pgbench_tellers add constraint pgbench_tellers_bid_fkey foreign key (bid) references pgbench_branches",
    "alter table pgbench_accounts add constraint pgbench_accounts_bid_fkey foreign key (bid) references pgbench_branches",
    "alter table pgbench_history add constraint pgbench_history_bid_fkey foreign key (bid) references pgbench_branches",
    "alter table pgbench_history add constraint pgbench_history_tid_fkey foreign key (tid) references pgbench_tellers",
    "alter table pgbench_history add constraint pgbench_history_aid_fkey foreign key (aid) references pgbench_accounts",
  ]

  /// A line for each hundred thousand rows; quiet, only for what took long, and the end.
  private static func tellProgress(_ call: ClientCall, _ scale: Int64, _ isQuiet: Bool) {
    for n in (isQuiet ? scale : 1)...scale {
      call.output.complain(
        "\(n * 100_000) of \(scale * 100_000) tuples (\(n * 100 / scale)%) done (elapsed 0.00 s, remaining 0.00 s)\n")
    }
  }
}
