// MongoDB: a replica set is initiated, elects, replicates, and elects again.

import Testing

@Suite struct MongoTests {
  static let manifest = statefulSet(
    "mongo", image: "mongo:7.0", port: 27017,
    container: """
      command: [mongod, --replSet, rs0, --bind_ip_all]
      """, publishNotReady: true, mount: "/data/db")

  static let initiate =
    "kubectl exec mongo-0 -- mongosh --quiet --eval 'rs.initiate({_id: \"rs0\", members: [0, 1, 2].map(i => ({_id: i, host: \"mongo-\" + i + \".mongo:27017\"}))})'"
  static let states = "mongosh --quiet --eval 'rs.status().members.map(m => m.stateStr).join(\" \")'"

  @Test func aPrimaryIsElectedAndReplaced() {
    let played = Played(
      files: ["mongo.yaml": MongoTests.manifest],
      setup: ["kubectl apply -f mongo.yaml", "kubectl rollout status sts/mongo"],
      [
        "kubectl exec mongo-0 -- mongosh --quiet --eval 'rs.status().ok'", MongoTests.initiate,
        "sleep 15; kubectl exec mongo-0 -- \(MongoTests.states)",
        "kubectl exec mongo-0 -- mongosh --quiet --eval 'db.pets.insertOne({_id: 1, name: \"Rex\"})'",
        "kubectl exec mongo-1 -- mongosh --quiet --eval 'db.pets.insertOne({_id: 2})'",
        "kubectl exec mongo-1 -- mongosh --quiet --eval 'db.getMongo().setReadPref(\"secondary\"); db.pets.find()'",
        "kubectl delete pod mongo-0 --wait=false; sleep 18; kubectl exec mongo-1 -- mongosh --quiet --eval 'db.hello().primary'",
        "sleep 20; kubectl exec mongo-1 -- \(MongoTests.states)",
        "kubectl exec mongo-1 -- mongosh --quiet --eval 'rs.status()' | grep -A 3 clusterTime",
      ])
    #expect(played[0].errors.hasPrefix("MongoServerError[NotYetInitialized]: no replset config has been received\n"))
    #expect(played[0].exit == 1)
    #expect(played[1].output == "{ ok: 1 }\n")
    #expect(played[2].output == "PRIMARY SECONDARY SECONDARY\n")
    #expect(played[3].output == "{ acknowledged: true, insertedId: 1 }\n")
    #expect(played[4].errors.hasPrefix("MongoServerError[NotWritablePrimary]: not primary\n"))
    #expect(played[5].output == "[ { _id: 1, name: 'Rex' } ]\n")
    #expect(played[6].output.hasPrefix("pod \"mongo-0\" deleted"))
    #expect(played[6].output.hasSuffix(".mongo:27017\n") && !played[6].output.hasSuffix("mongo-0.mongo:27017\n"))
    #expect(played[7].output.split(whereSeparator: { $0 == " " || $0 == "\n" }).filter { $0 == "PRIMARY" }.count == 1)
    #expect(played[8].output.hasPrefix("  '$clusterTime': {\n    clusterTime: Timestamp({ t: 17684676"))
  }

  @Test func documentsAreShownAsTheShellShowsThem() {
    let played = Played(
      setup: ["kubectl run m --image=mongo:7.0", "kubectl wait --for=condition=Ready pod/m; sleep 3"],
      [
        "db.p.insertMany([{_id: 1, a: 1}, {_id: 2, a: 5, tags: [\"x\", \"y\"]}])", "db.p.find({a: {$gt: 2}}).toArray()",
        "db.p.countDocuments()", "db.p.updateOne({_id: 1}, {$set: {a: 9}})", "db.p.find().sort({a: -1}).limit(1)",
        "db.p.insertOne({_id: 1})", "db.p.deleteMany({})", "JSON.stringify({a: [1, {b: null}]})",
        "({name: \"a rather long value that fills\", other: \"the line with more text than fits in it\", n: 1})",
        "foo", "for (let i = 0; i < 3; i++) print(i)", "db.p.aggregate([])",
      ].map { "kubectl exec m -- mongosh --quiet --eval '\($0)'" })
    #expect(played[0].output == "{ acknowledged: true, insertedIds: { '0': 1, '1': 2 } }\n")
    #expect(played[1].output == "[ { _id: 2, a: 5, tags: [ 'x', 'y' ] } ]\n")
    #expect(played[2].output == "2\n")
    #expect(
      played[3].output
        == "{\n  acknowledged: true,\n  insertedId: null,\n  matchedCount: 1,\n  modifiedCount: 1,\n  upsertedCount: 0\n}\n"
    )
    #expect(played[4].output == "[ { _id: 1, a: 9 } ]\n")
    #expect(
      played[5].errors.hasPrefix(
        "MongoServerError: E11000 duplicate key error collection: test.p index: _id_ dup key: { _id: 1 }\n"))
    #expect(played[6].output == "{ acknowledged: true, deletedCount: 2 }\n")
    #expect(played[7].output == "{\"a\":[1,{\"b\":null}]}\n")
    #expect(
      played[8].output
        == "{\n  name: 'a rather long value that fills',\n  other: 'the line with more text than fits in it',\n  n: 1\n}\n"
    )
    #expect(played[9].errors.hasPrefix("ReferenceError: foo is not defined\n"))
    #expect(played[10].output == "0\n1\n2\n")
    #expect(played[11].output == "\n" && played[11].notSimulated.isEmpty)
  }

  @Test func membersAreAddedAndPrioritiesDecide() {
    func shell(_ pod: Int, _ script: String) -> String {
      "kubectl exec mongo-\(pod) -- mongosh --quiet --eval '\(script)'"
    }
    let states = "rs.status().members.map(m => m.stateStr)"
    let played = Played(
      files: ["mongo.yaml": MongoTests.manifest],
      setup: ["kubectl apply -f mongo.yaml", "kubectl rollout status sts/mongo"],
      [
        shell(0, "rs.initiate({_id: \"rs0\", members: [{_id: 0, host: \"mongo-0.mongo:27017\"}]})"),
        "sleep 3; "
          + shell(0, "rs.add(\"mongo-1.mongo:27017\"); rs.add(\"mongo-2.mongo\"); rs.conf().members.map(m => m.host)"),
        "sleep 15; " + shell(1, states),
        shell(0, "cfg = rs.conf(); cfg.members[1].priority = 2; rs.reconfig(cfg).ok"), "sleep 15; " + shell(0, states),
        "kubectl scale sts mongo --replicas=1; sleep 60; " + shell(0, "db.pets.insertOne({})"),
      ])
    #expect(played[0].output == "{ ok: 1 }\n")
    #expect(played[1].output == "[ 'mongo-0.mongo:27017', 'mongo-1.mongo:27017', 'mongo-2.mongo:27017' ]\n")
    #expect(played[2].output == "[ 'PRIMARY', 'SECONDARY', 'SECONDARY' ]\n")
    #expect(played[3].output == "1\n")
    #expect(played[4].output == "[ 'SECONDARY', 'PRIMARY', 'SECONDARY' ]\n")
    #expect(played[5].errors.hasPrefix("MongoServerError[NotWritablePrimary]: not primary\n"))
  }

  @Test func scriptsAndPipelinesRun() {
    let scripts = [
      (
        "for (let i = 1; i < 12; i++) db.n.insertOne({_id: i, a: i, g: i % 2})",
        "{ acknowledged: true, insertedId: 11 }\n"
      ),
      ("db.n.distinct(\"a\")", "[\n   1, 2, 3, 4,  5,\n   6, 7, 8, 9, 10,\n  11\n]\n"),
      (
        "db.n.aggregate([{$match: {a: {$gt: 2}}}, {$group: {_id: \"$g\", n: {$sum: 1}, sum: {$sum: \"$a\"}}}, {$sort: {_id: 1}}])",
        "[ { _id: 0, n: 4, sum: 28 }, { _id: 1, n: 5, sum: 35 } ]\n"
      ), ("try { db.n.insertOne({_id: 1}) } catch (e) { print(e.code) }", "11000\n"),
      ("db.n.createIndex({a: 1}, {unique: true})", "a_1\n"), ("db.n.getIndexes().length", "2\n"),
      (
        "db.n.updateOne({_id: 99}, {$set: {x: 1}, $push: {l: 4}}, {upsert: true}).upsertedCount; db.n.findOne({_id: 99})",
        "{ _id: 99, x: 1, l: [ 4 ] }\n"
      ),
      (
        "db.n.find({$or: [{_id: 1}, {a: {$in: [3, /x/]}}]}, {g: 0}).toArray()",
        "[ { _id: 1, a: 1 }, { _id: 3, a: 3 } ]\n"
      ),
      ("let t = `n = ${db.n.countDocuments()}`; t", "n = 12\n"),
      ("let o = {a: {b: {c: {d: 1}}}}; o", "{\n  a: { b: { c: { d: 1 } } }\n}\n"),
    ]
    let played = Played(
      setup: ["kubectl run m --image=mongo:7.0", "kubectl wait --for=condition=Ready pod/m; sleep 3"],
      scripts.map { "kubectl exec m -- mongosh --quiet --eval '\($0.0)'" } + [
        "kubectl exec m -- mongosh --quiet --port 1 --eval 1",
        "kubectl exec m -- mongosh --quiet --eval 'db.n.aggregate([{$group: {_id: \"$g\"}}])'",
      ])
    for (index, script) in scripts.enumerated() { #expect(played[index].output == script.1, "\(script.0)") }
    #expect(played[10].errors.hasPrefix("MongoNetworkError: connect ECONNREFUSED 127.0.0.1:1\n"))
    #expect(played[11].notSimulated == ["mongosh: the order of the groups of $group"])
  }
}
