// The real redis-cli and etcdctl with their servers, where they are installed, and the simulated ones in a pod: the same lines, the same
// answers. Skipped, visibly, where a program is absent or of another release than the one that is modelled.

import Foundation
import Testing

private enum Real {
  static func path(_ name: String) -> String? {
    for folder in ["/usr/bin/", "/usr/local/bin/"] where FileManager.default.isExecutableFile(atPath: folder + name) {
      return folder + name
    }
    return nil
  }

  /// What a script prints, both streams in one, in a fresh folder.
  static func run(_ script: String, input: String = "") throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ordered-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(input.utf8).write(to: folder.appendingPathComponent("input"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["--norc", "-c", script]
    process.currentDirectoryURL = folder
    process.environment = ["LC_ALL": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin", "ETCDCTL_API": "3"]
    let output = folder.appendingPathComponent("output")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    let handle = try FileHandle(forWritingTo: output)
    process.standardOutput = handle
    process.standardError = handle
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return String(decoding: try Data(contentsOf: output), as: UTF8.self)
  }

  static func release(_ command: String) -> String { (try? run(command)) ?? "" }
}

/// Takes a long answer apart at its marks.
private func answers(_ text: String) -> [String] {
  var list: [String] = []
  let whole = text.hasSuffix("\n") ? text.dropLast() : text[...]
  for line in whole.split(separator: "\n", omittingEmptySubsequences: false) {
    if line.hasSuffix("@@\"") || line.hasPrefix("@@") {
      list.append("")
    } else if !list.isEmpty {
      list[list.count - 1] += line + "\n"
    }
  }
  return list
}

@Suite(.serialized) struct OrderedReality {
  static let redisIsThere = Real.path("redis-server") != nil && Real.release("redis-cli --version").contains(" 7.0.")
  static let etcdIsThere = Real.path("etcd") != nil && Real.release("etcdctl version").contains("version: 3.4.")

  @Test(.enabled(if: redisIsThere, "redis-server 7.0 (Debian: redis) is not installed"))
  func redisAnswersAsTheRealOne() throws {
    let lines = RealityLines.redis
    var input = ""
    for line in lines { input += "ECHO @@\n" + line.replacingOccurrences(of: " ;; ", with: "\n") + "\n" }
    let real = answers(
      try Real.run(
        """
        redis-server --port 0 --unixsocket ./socket --save '' > log 2>&1 &
        server=$!
        for i in $(seq 100); do redis-cli -s ./socket ping > /dev/null 2>&1 && break; sleep 0.1; done
        redis-cli -s ./socket config set save '3600 1 300 100 60 10000' > /dev/null
        redis-cli -s ./socket --no-raw < input
        kill -9 $server; wait $server 2> /dev/null
        """, input: input))
    let played = Played(
      files: ["input": input],
      setup: ["kubectl run r --image=redis:7.0.15", "kubectl wait --for=condition=Ready pod/r"],
      ["kubectl exec -i r -- redis-cli --no-raw < input"])
    let ours = answers(played[0].output)
    #expect(played[0].notSimulated.isEmpty)
    #expect(real.count == lines.count)
    #expect(ours.count == lines.count)
    for (index, line) in lines.enumerated() where index < min(real.count, ours.count) {
      #expect(ours[index] == real[index], "\(line)")
    }
  }

  @Test(.enabled(if: etcdIsThere, "etcd 3.4 (Debian: etcd-server etcd-client) is not installed"))
  func etcdctlAnswersAsTheRealOne() throws {
    let lines = RealityLines.etcd
    // Another port than the usual one, of as many digits.
    let port = 5_000 + Int(ProcessInfo.processInfo.processIdentifier) % 4_000
    var script = """
      export ETCDCTL_ENDPOINTS=127.0.0.1:\(port)
      etcd --listen-client-urls http://127.0.0.1:\(port) --advertise-client-urls http://localhost:2379 \
        --listen-peer-urls http://127.0.0.1:0 > log 2>&1 &
      server=$!
      for i in $(seq 100); do etcdctl endpoint health > /dev/null 2>&1 && break; sleep 0.1; done

      """
    for line in lines { script += "echo @@; { \(line); } < /dev/null 2>&1; echo \"= $?\"\n" }
    let real = answers(try Real.run(script + "kill -9 $server; wait $server 2> /dev/null"))
    let played = Played(
      setup: [
        "kubectl run e --image=quay.io/coreos/etcd:v3.4.23", "kubectl wait --for=condition=Ready pod/e; sleep 3",
      ],
      lines.map {
        "kubectl exec e -- sh -c '{ \($0.replacingOccurrences(of: "'", with: #"'\''"#)); } 2>&1; echo \"= $?\"'"
      })
    #expect(real.count == lines.count)
    for (index, line) in lines.enumerated() where index < real.count {
      let expected = real[index].replacingOccurrences(of: "127.0.0.1:\(port)", with: "127.0.0.1:2379")
      #expect(played[index].output == expected, "\(line)")
      #expect(played[index].notSimulated.isEmpty, "\(line)")
    }
  }
}

/// What is typed.
private enum RealityLines {
  static let redis = lines(
    #"""
    SET k v
    GET k
    GET nope
    SET k v NX
    SET k2 v XX
    SET k v2 GET
    SET k v EX 100
    TTL k
    SET k v EX abc
    SET k v EX 0
    SET k v EX 10 PX 20
    SET k v KEEPTTL
    TTL k
    SETEX k 10 v
    SETEX k 0 v
    PSETEX k 1000 v
    SETNX k v
    SETNX newk v
    MSET a 1 b 2 c 3
    MGET a b c d
    MSET a 1 b
    MSETNX a 1 z 2
    INCR a
    INCRBY a 10
    DECR a
    DECRBY a 3
    INCRBYFLOAT a 1.5
    INCR a
    APPEND a xyz
    STRLEN a
    GETRANGE a 0 1
    GETRANGE a -3 -1
    SETRANGE a 2 __
    GET a
    SUBSTR a 0 2
    GETSET a new
    GETDEL a
    GET a
    GETEX b EX 100
    TTL b
    GETEX b PERSIST
    TTL b
    LPUSH l a b c
    RPUSH l d e
    LRANGE l 0 -1
    LLEN l
    LINDEX l 0
    LINDEX l 99
    LSET l 0 X
    LSET l 99 X
    LINSERT l BEFORE X Y
    LINSERT l AFTER nope Y
    LREM l 1 a
    LTRIM l 0 2
    LRANGE l 0 -1
    LPOP l
    LPOP l 2
    RPOP l
    LPOP l
    LPUSHX l a
    RPUSHX l a
    RPOPLPUSH l l2
    RPUSH l 1 2 3
    LMOVE l l2 LEFT RIGHT
    LRANGE l2 0 -1
    LPOS l 3
    LMPOP 2 l l2 LEFT
    BLPOP l 1
    GET l
    LPUSH k2 a
    TYPE k2
    HSET h f1 v1 f2 v2
    HSET h f1 v9
    HGET h f1
    HGET h nope
    HGETALL h
    HGETALL nope
    HMGET h f1 f2 f3
    HMSET h f5 5
    HVALS h
    HLEN h
    HEXISTS h f1
    HDEL h f1 nope
    HINCRBY h f5 5
    HINCRBY h f2 1
    HINCRBYFLOAT h f5 1.5
    HSETNX h f5 1
    HSTRLEN h f5
    SADD s 3 1 2
    SADD s 3
    SISMEMBER s 3
    SMISMEMBER s 1 9
    SCARD s
    SREM s 1 9
    SADD t 2 3 4
    SINTERSTORE d s t
    SMEMBERS d
    SINTERCARD 2 s t
    SMOVE s t 2
    SPOP nope
    SRANDMEMBER nope
    ZADD z 1 one 2 two 3 three
    ZADD z NX 5 one
    ZADD z XX CH 5 one
    ZADD z INCR 1 one
    ZADD z GT 1 one
    ZADD z abc one
    ZRANGE z 0 -1
    ZRANGE z 0 -1 WITHSCORES
    ZRANGE z 0 -1 REV
    ZRANGE z 2 6 BYSCORE
    ZRANGE z (2 +inf BYSCORE LIMIT 0 1
    ZREVRANGE z 0 1 WITHSCORES
    ZRANGEBYSCORE z -inf +inf
    ZRANGEBYSCORE z (2 3
    ZREVRANGEBYSCORE z +inf -inf LIMIT 0 2
    ZSCORE z one
    ZMSCORE z one nope
    ZRANK z one
    ZREVRANK z one
    ZRANK z nope
    ZCARD z
    ZCOUNT z 1 3
    ZINCRBY z 2.5 two
    ZREM z three
    ZPOPMIN z
    ZPOPMAX z
    ZADD y 0 a 0 b 0 c
    ZRANGEBYLEX y - +
    ZRANGEBYLEX y [a (c
    ZLEXCOUNT y - +
    ZREMRANGEBYRANK y 0 0
    ZREMRANGEBYSCORE y 0 0
    ZUNIONSTORE u 2 z y
    EXPIRE h 100
    TTL h
    EXPIRE h 200 NX
    EXPIRE h 200 XX
    EXPIRE h 100 GT
    EXPIRE h 100 LT
    EXPIRE h abc
    EXPIRE h
    EXPIRE nope 10
    PERSIST h
    PERSIST h
    TTL h
    PTTL nope
    TYPE h
    TYPE nope
    TYPE z
    EXISTS h h nope
    DEL h nope
    UNLINK l2
    RENAME nope x
    RENAME k kk
    RENAMENX kk k2
    COPY kk kkk
    COPY kk kkk
    COPY kk kkk REPLACE
    DBSIZE
    SET x 1
    MOVE x 0
    GET x
    FOO
    FOO bar baz
    GET
    GET a b
    SET a
    set
    PING
    PING a b
    ECHO hi
    ECHO
    MULTI ;; SET m 1 ;; INCR m ;; GET m ;; EXEC
    MULTI ;; INCR m ;; LPUSH m x ;; EXEC
    MULTI ;; SET m 5 ;; DISCARD
    GET m
    EXEC
    DISCARD
    MULTI ;; NOSUCH ;; SET a 1 ;; EXEC
    MULTI ;; MULTI ;; EXEC
    WATCH m ;; MULTI ;; SET m 9 ;; EXEC
    MULTI ;; WATCH m ;; EXEC
    MULTI ;; EXEC
    MULTI ;; GET ;; EXEC
    UNWATCH
    PUBLISH ch hi
    PUBSUB CHANNELS
    PUBSUB NUMSUB ch
    PUBSUB NUMPAT
    CONFIG GET maxmemory
    CONFIG GET appendonly
    CONFIG SET maxmemory 100mb
    CONFIG GET maxmemory
    CONFIG SET maxmemory 0
    CONFIG SET nosuch 1
    CONFIG
    CONFIG FOO
    CONFIG GET databases
    CONFIG GET requirepass
    CONFIG GET bind
    CONFIG GET timeout
    CONFIG GET maxmemory-policy
    CONFIG SET maxmemory-policy foo
    CONFIG SET maxmemory-policy noeviction
    COMMAND COUNT
    MEMORY USAGE nope
    ACL WHOAMI
    ACL LIST
    AUTH x
    AUTH a b
    ROLE
    REPLICAOF
    REPLICAOF NO ONE
    REPLICAOF localhost abc
    WAIT 0 10
    WAIT 1 100
    CLUSTER INFO
    CLUSTER NODES
    READONLY
    ASKING
    SORT s
    SORT s DESC
    SORT t ALPHA
    SORT nope
    RPUSH words banana apple cherry
    SORT words
    SORT words ALPHA
    SORT words ALPHA DESC LIMIT 0 2
    DUMP nope
    TOUCH words
    TIME x
    LPUSH "unterminated
    GET sp
    SET sq 'it''s'
    SET esc "a\nb\t\x01é\"q\\"
    GET esc
    SET uni héé
    GET uni
    SET empty ""
    GET empty
    STRLEN uni
    DEL
    TTL
    INCR empty
    INCRBY n 9223372036854775807
    INCR n
    DECRBY n abc
    SETRANGE n -1 x
    GETRANGE n a b
    HSET h a
    HSET nh a 1 b
    LPUSH
    ZADD z2 1
    ZADD z2 NX XX 1 a
    ZADD z2 1.5e3 a inf b -inf c
    ZRANGE z2 0 -1 WITHSCORES
    ZINCRBY z2 nan a
    ZADD z2 0.1 d 100000000000000000000 e 3.0 f
    ZRANGE z2 0 -1 WITHSCORES
    ZINTER 2 z2 z2
    ZDIFF 2 z2 y
    ZUNION 2 z2 y WITHSCORES
    GET s
    SADD words x
    HGET words f
    ZADD words 1 a
    LPUSH s a
    set fa 1000.5
    incrbyfloat fa 0.25
    set fb 0.1
    incrbyfloat fb 0.2
    zadd zg gt lt 1 a
    copy fa fa
    copy fa fc db 99
    getex fa foo
    lpos nolist a count 1
    rpush pl a b a c a
    lpos pl a rank 2
    lpos pl a count 0
    lpos pl a count 2 rank -1
    lpos pl a rank 0
    lmpop 1 pl left count 2
    lmpop 0 pl left
    lmpop 1 pl foo
    sintercard 0 s
    sort pl desc alpha limit 0 2
    sort pl store sd alpha
    expire fa 10 nx xx
    expire fa 10 gt lt
    expire fa 10 foo
    get fa
    zadd lex 0 a 0 b 0 c 0 d
    zrangebylex lex - + limit 1 2
    zrevrangebylex lex + -
    zrange lex - + bylex
    zrange lex (d [b bylex rev
    zrangebylex lex a b
    zremrangebylex lex [a [b
    zadd zq 1 a 2 b
    zunionstore u 2 zq lex weights 2 3 aggregate max
    zrange u 0 -1 withscores
    zunion 0 zq
    zinter 1 zq withscores
    zdiff 1 zq withscores
    zmpop 1 zq min count 2
    flushdb sync
    config set timeout abc
    config set loglevel foo
    config set databases 3
    config set a
    memory foo
    pubsub foo
    acl foo
    acl
    expire
    """#)

  static let etcd = lines(
    #"""
    etcdctl member list
    etcdctl member list -w table
    etcdctl member list -w json
    etcdctl member list -w fields
    etcdctl put foo bar
    etcdctl put foo bar2 --prev-kv
    etcdctl put foo
    etcdctl put a b -w json
    etcdctl put a b -w fields
    etcdctl get foo
    etcdctl get foo -w json
    etcdctl get foo -w fields
    etcdctl get foo -w table
    etcdctl get nope
    etcdctl get nope -w json
    etcdctl get nope -w fields
    etcdctl get
    etcdctl put k1 v3
    etcdctl put k2 v1
    etcdctl put k3 v2
    etcdctl get --prefix k
    etcdctl get --prefix k --keys-only
    etcdctl get --prefix k --print-value-only
    etcdctl get --prefix k --limit 2
    etcdctl get --prefix k --limit=2 -w json
    etcdctl get --prefix k --order=DESCEND
    etcdctl get --prefix k --sort-by=VALUE --order=DESCEND
    etcdctl get --prefix k --sort-by=FOO
    etcdctl get --prefix k --order=FOO
    etcdctl get k1 k3
    etcdctl get --from-key k2
    etcdctl get '' --prefix --keys-only
    etcdctl get --keys-only foo
    etcdctl get --hex foo
    etcdctl get --prefix --from-key k
    etcdctl get --consistency=s foo
    etcdctl get --consistency=x foo
    etcdctl del k1
    etcdctl del nope
    etcdctl del k2 --prev-kv
    etcdctl del --prefix k
    etcdctl del
    etcdctl del foo -w json
    etcdctl lease timetolive 123
    etcdctl lease revoke 123 2>&1 | tail -1
    etcdctl lease grant
    etcdctl lease grant abc
    etcdctl lease list
    etcdctl put --lease=zz x v
    etcdctl put --lease=123 x v 2>&1 | tail -1
    etcdctl alarm list
    etcdctl user list
    etcdctl member remove 123 2>&1 | tail -1
    etcdctl member remove zz
    etcdctl member add
    etcdctl member add m3
    etcdctl foo
    etcdctl get foo -w foo
    etcdctl version
    L=$(etcdctl lease grant 600 | awk '{print $2}'); etcdctl put --lease=$L leased v; etcdctl lease timetolive --keys $L | cut -c24-; etcdctl lease revoke $L | cut -c23-; etcdctl get leased
    echo val | etcdctl put piped; etcdctl get piped
    etcdctl get piped -w json
    etcdctl put old a; etcdctl put old b; etcdctl get old --rev=$(($(etcdctl get old -w json | sed 's/.*mod_revision":\([0-9]*\).*/\1/') - 1))
    etcdctl get old --rev=9999 2>&1 | tail -1
    etcdctl compaction 3; etcdctl get old --rev=2 2>&1 | tail -1; etcdctl compaction 3 2>&1 | tail -1; etcdctl compaction
    etcdctl defrag
    """#)

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { String($0) }
  }
}
