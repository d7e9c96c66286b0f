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
        "kubectl exec mongo-1 -- mongosh --quiet --eval 'rs.status()'",
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
    #expect(played[8].notSimulated == ["mongosh: the times in rs.status()"])
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
    #expect(played[10].notSimulated == ["mongosh: the JavaScript statement `for`"])
    #expect(!played[11].notSimulated.isEmpty)
  }
}
