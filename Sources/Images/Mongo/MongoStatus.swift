// What a member of a replica set says of itself and of the others: rs.status(), rs.conf(), db.hello(), the prompt's state. Times are
// the simulated clock's; a primary writes a no-op every ten seconds, heartbeats go every two.
// Sources: MongoDB manual (replSetGetStatus, replSetGetConfig, hello); order of the fields as mongod 5.0 to 8.0 answer them.

import SimKernel

extension MongoServer {
  var now: Int64 { milliseconds(world.now) }
  func seconds(_ instant: Instant) -> Int64 { milliseconds(instant) / 1_000 }
  private func milliseconds(_ instant: Instant) -> Int64 {
    let time = world.civilNow
    return time.unixSeconds * 1_000 + time.nanosecond / 1_000_000 - (world.now - instant).wholeMilliseconds
  }

  var promptState: String {
    guard let setName, configuration != nil else { return "" }
    return "\(setName) [direct: \(isPrimary ? "primary" : standing == .following ? "secondary" : "other")] "
  }

  // MARK: Times

  private func timestamp(_ time: MongoTime) -> MongoValue { .timestamp(seconds(time.at), time.ordinal) }
  private func optime(_ time: MongoTime, term: Int64) -> MongoValue {
    .of([("ts", timestamp(time)), ("t", .long(term))])
  }
  private var noOptime: MongoValue { .of([("ts", .timestamp(0, 0)), ("t", .long(-1))]) }
  private func date(_ instant: Instant) -> MongoValue { .date(milliseconds(instant)) }
  private func second(_ instant: Instant) -> MongoValue { .date(seconds(instant) * 1_000) }
  private var isEight: Bool { release.hasPrefix("8") }

  /// The cluster's time as replies of a member carry it; without users its signature is empty.
  var clockFields: [(String, MongoValue)] {
    guard setName != nil, configuration != nil else { return [] }
    let time = timestamp(lastOperation)
    return [
      (
        "$clusterTime",
        .of([
          ("clusterTime", time),
          ("signature", .of([("hash", .binary("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")), ("keyId", .long(0))])),
        ])
      ), ("operationTime", time),
    ]
  }

  // MARK: Configuration

  var configurationValue: MongoValue {
    guard let configuration else { return .undefined }
    var members: [MongoValue] = []
    for member in configuration.members {
      members.append(
        .of([
          ("_id", .integer(member.id)), ("host", .string(member.host)), ("arbiterOnly", .bool(false)),
          ("buildIndexes", .bool(true)), ("hidden", .bool(false)), ("priority", .number(member.priority)),
          ("tags", .of([])), ("secondaryDelaySecs", .long(0)), ("votes", .integer(member.votes)),
        ]))
    }
    return .of([
      ("_id", .string(configuration.name)), ("version", .integer(configuration.version)),
      ("term", .number(Double(configuration.term))), ("members", .array(members)),
      ("protocolVersion", .long(1)), ("writeConcernMajorityJournalDefault", .bool(true)),
      (
        "settings",
        .of([
          ("chainingAllowed", .bool(true)), ("heartbeatIntervalMillis", .integer(2_000)),
          ("heartbeatTimeoutSecs", .integer(10)), ("electionTimeoutMillis", .integer(10_000)),
          ("catchUpTimeoutMillis", .integer(-1)), ("catchUpTakeoverDelayMillis", .integer(30_000)),
          ("getLastErrorModes", .of([])),
          ("getLastErrorDefaults", .of([("w", .integer(1)), ("wtimeout", .integer(0))])),
          ("replicaSetId", configuration.setID),
        ])
      ),
    ])
  }

  // MARK: Status

  var statusValue: MongoValue {
    guard let configuration else {
      return .failure(
        setName == nil
          ? "MongoServerError[NoReplicationEnabled]: not running with --replSet"
          : "MongoServerError[NotYetInitialized]: no replset config has been received")
    }
    var voting = 0
    for member in configuration.members where member.votes > 0 { voting += 1 }
    let last = lastOperation
    let source = isPrimary ? nil : syncSource
    let operation = optime(last, term: configuration.term)
    var optimes: [(String, MongoValue)] = [
      ("lastCommittedOpTime", operation), ("lastCommittedWallTime", date(last.at)),
      ("readConcernMajorityOpTime", operation), ("appliedOpTime", operation), ("durableOpTime", operation),
    ]
    if isEight { optimes.append(("writtenOpTime", operation)) }
    optimes += [("lastAppliedWallTime", date(last.at)), ("lastDurableWallTime", date(last.at))]
    if isEight { optimes.append(("lastWrittenWallTime", date(last.at))) }
    var fields: [(String, MongoValue)] = [
      ("set", .string(configuration.name)), ("date", .date(now)), ("myState", .integer(isPrimary ? 1 : 2)),
      ("term", .long(configuration.term)), ("syncSourceHost", .string(source?.host ?? "")),
      ("syncSourceId", .integer(source?.id ?? -1)), ("heartbeatIntervalMillis", .long(2_000)),
      ("majorityVoteCount", .integer(majority)), ("writeMajorityCount", .integer(majority)),
      ("votingMembersCount", .integer(voting)), ("writableVotingMembersCount", .integer(voting)),
      ("optimes", .of(optimes)), ("lastStableRecoveryTimestamp", timestamp(stableTime(last))),
    ]
    if isPrimary, let candidacy { fields.append(("electionCandidateMetrics", candidateMetrics(candidacy))) }
    if let vote, !isPrimary || vote.term < configuration.term {
      fields.append(("electionParticipantMetrics", participantMetrics(vote)))
    }
    var members: [MongoValue] = []
    for member in configuration.members { members.append(status(of: member, configuration)) }
    fields += [("members", .array(members)), ("ok", .integer(1))]
    return .of(fields + clockFields)
  }

  /// Checkpoints are a minute apart.
  private func stableTime(_ last: MongoTime) -> MongoTime {
    let age = (world.now - configuredAt).wholeMilliseconds
    let checkpoint = configuredAt + .milliseconds(age - age % 60_000)
    return checkpoint < last.at ? MongoTime(at: checkpoint, ordinal: 1) : last
  }

  private var syncSource: MongoMember? {
    guard standing == .following, let leader = leader as? MongoServer else { return nil }
    return leader.ownMember
  }

  private func candidateMetrics(_ election: MongoElection) -> MongoValue {
    let before = optime(election.lastOperation, term: election.previousTerm)
    var fields: [(String, MongoValue)] = [
      ("lastElectionReason", .string(election.reason)), ("lastElectionDate", date(election.at)),
      ("electionTerm", .long(election.term)), ("lastCommittedOpTimeAtElection", before),
    ]
    if isEight { fields.append(("lastSeenWrittenOpTimeAtElection", before)) }
    fields += [
      ("lastSeenOpTimeAtElection", before), ("numVotesNeeded", .integer(majority)),
      ("priorityAtElection", .number(ownMember?.priority ?? 1)), ("electionTimeoutMillis", .long(10_000)),
    ]
    if let prior = election.priorPrimary { fields.append(("priorPrimaryMemberId", .integer(prior))) }
    if majority > 1 { fields.append(("numCatchUpOps", .long(0))) }
    fields += [
      ("newTermStartDate", date(election.at + .milliseconds(20))),
      ("wMajorityWriteAvailabilityDate", date(election.at + .milliseconds(majority > 1 ? 530 : 40))),
    ]
    return .of(fields)
  }

  private func participantMetrics(_ election: MongoElection) -> MongoValue {
    let before = optime(election.lastOperation, term: election.previousTerm)
    var fields: [(String, MongoValue)] = [
      ("votedForCandidate", .bool(true)), ("electionTerm", .long(election.term)), ("lastVoteDate", date(election.at)),
      ("electionCandidateMemberId", .integer(election.candidate)), ("voteReason", .string("")),
    ]
    if isEight { fields += [("lastWrittenOpTimeAtElection", before), ("maxWrittenOpTimeInSet", before)] }
    fields += [
      ("lastAppliedOpTimeAtElection", before), ("maxAppliedOpTimeInSet", before),
      ("priorityAtElection", .number(ownMember?.priority ?? 1)),
    ]
    return .of(fields)
  }

  private func status(of member: MongoMember, _ configuration: MongoSetConfiguration) -> MongoValue {
    guard let other = server(member.host), other.configuration != nil else { return unreachable(member, configuration) }
    let isSelf = other === self
    let last = other.lastOperation
    let operation = optime(last, term: configuration.term)
    let seen = isSelf ? startedAt : max(max(other.startedAt, startedAt), configuredAt)
    var fields: [(String, MongoValue)] = [
      ("_id", .integer(member.id)), ("name", .string(member.host)), ("health", .integer(1)),
      ("state", .integer(other.isPrimary ? 1 : 2)), ("stateStr", .string(other.isPrimary ? "PRIMARY" : "SECONDARY")),
      ("uptime", .number(Double((world.now - seen).wholeSeconds))), ("optime", operation),
    ]
    if !isSelf { fields.append(("optimeDurable", operation)) }
    if isEight, !isSelf { fields.append(("optimeWritten", operation)) }
    fields.append(("optimeDate", second(last.at)))
    if isEight, isSelf { fields.append(("optimeWritten", operation)) }
    if !isSelf { fields.append(("optimeDurableDate", second(last.at))) }
    if isEight { fields.append(("optimeWrittenDate", second(last.at))) }
    fields += [("lastAppliedWallTime", date(last.at)), ("lastDurableWallTime", date(last.at))]
    if isEight { fields.append(("lastWrittenWallTime", date(last.at))) }
    if !isSelf {
      let beat = (world.now - configuredAt).wholeMilliseconds % 2_000
      fields += [
        ("lastHeartbeat", .date(now - beat)), ("lastHeartbeatRecv", .date(now - (beat + 1_000) % 2_000)),
        ("pingMs", .long(0)), ("lastHeartbeatMessage", .string("")),
      ]
    }
    let source = other.isPrimary ? nil : other.syncSource
    var message = ""
    if isSelf, other.isPrimary, let candidacy, majority > 1,
      (world.now - candidacy.at).wholeSeconds < 110
    {
      message = "Could not find member to sync from"
    }
    fields += [
      ("syncSourceHost", .string(source?.host ?? "")), ("syncSourceId", .integer(source?.id ?? -1)),
      ("infoMessage", .string(message)),
    ]
    if other.isPrimary, let election = other.candidacy {
      fields += [
        ("electionTime", .timestamp(seconds(election.at), 1)), ("electionDate", second(election.at)),
      ]
    }
    fields += [
      ("configVersion", .integer(configuration.version)), ("configTerm", .number(Double(configuration.term))),
    ]
    if isSelf { fields += [("self", .bool(true)), ("lastHeartbeatMessage", .string(""))] }
    return .of(fields)
  }

  private func unreachable(_ member: MongoMember, _ configuration: MongoSetConfiguration) -> MongoValue {
    .of(
      [
        ("_id", .integer(member.id)), ("name", .string(member.host)), ("health", .integer(0)), ("state", .integer(8)),
        ("stateStr", .string("(not reachable/healthy)")), ("uptime", .integer(0)), ("optime", noOptime),
        ("optimeDurable", noOptime), ("optimeDate", .date(0)), ("optimeDurableDate", .date(0)),
        ("syncSourceHost", .string("")), ("syncSourceId", .integer(-1)), ("infoMessage", .string("")),
        ("configVersion", .integer(configuration.version)), ("configTerm", .number(Double(configuration.term))),
      ], partial: "mongosh: the heartbeat's error and times of a member that cannot be reached")
  }

  /// rs.printSecondaryReplicationInfo()
  var secondaryReplication: String? {
    guard let configuration else { return nil }
    var parts: [String] = []
    for member in configuration.members {
      guard let other = server(member.host), other.configuration != nil else { return nil }
      if other.isPrimary { continue }
      let time = CivilTime(unixSeconds: seconds(other.lastOperation.at))
      let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
      let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
      let weekday = Int((time.unixSeconds / 86_400 + 4) % 7)
      let text =
        "\(days[weekday]) \(months[Int(time.month) - 1]) \(padded(time.day, 2)) \(padded(time.year, 4)) \(clockTime(time)) GMT+0000 (Coordinated Universal Time)"
      let value = MongoValue.of([
        ("syncedTo", .string(text)), ("replLag", .string("0 secs (0 hrs) behind the primary ")),
      ])
      parts.append("source: \(member.host)\n\(value.inspected)")
    }
    return parts.joined(separator: "\n---\n")
  }

  // MARK: Hello

  var helloValue: MongoValue {
    var fields: [(String, MongoValue)] = []
    if let configuration {
      var hosts: [MongoValue] = []
      for member in configuration.members { hosts.append(.string(member.host)) }
      fields = [
        ("hosts", .array(hosts)), ("setName", .string(configuration.name)),
        ("setVersion", .integer(configuration.version)), ("isWritablePrimary", .bool(isPrimary)),
        ("ismaster", .bool(isPrimary)), ("secondary", .bool(standing == .following)),
      ]
      if let primaryHost { fields.append(("primary", .string(primaryHost))) }
      if let own = ownMember { fields.append(("me", .string(own.host))) }
    } else {
      fields = [
        ("isWritablePrimary", .bool(setName == nil)), ("ismaster", .bool(setName == nil)), ("secondary", .bool(false)),
      ]
      if setName != nil { fields.append(("info", .string("Does not have a valid replica set config"))) }
    }
    fields += [
      ("maxBsonObjectSize", .integer(16_777_216)), ("maxMessageSizeBytes", .integer(48_000_000)),
      ("maxWriteBatchSize", .integer(100_000)), ("localTime", .date(now)), ("readOnly", .bool(false)),
      ("ok", .integer(1)),
    ]
    return .of(fields, partial: "mongosh: the times and wire versions in db.hello()")
  }
}
