// Users and groups by name and number, from /etc/passwd and /etc/group of the machine.

import SimMachine

struct UserRecord {
  let name: String
  let uid: Int
  let gid: Int
  let line: String
  let home: String
  let shell: String
}
struct GroupRecord {
  let name: String
  let gid: Int
  let members: [String]
  let line: String
}

struct Accounts {
  var users: [UserRecord] = []
  var groups: [GroupRecord] = []

  init(_ files: FileSystem) {
    for line in fields(files, "/etc/passwd") where line.count >= 7 {
      guard let uid = decimal(line[2]), let gid = decimal(line[3]) else { continue }
      var text = line[0]
      for part in line.dropFirst() { text += ":" + part }
      users.append(
        UserRecord(name: line[0], uid: Int(uid), gid: Int(gid), line: text, home: line[5], shell: line[6]))
    }
    for line in fields(files, "/etc/group") where line.count >= 4 {
      guard let gid = decimal(line[2]) else { continue }
      var members: [String] = []
      for member in line[3].split(separator: "," as Character) { members.append(String(member)) }
      var text = line[0]
      for part in line.dropFirst() { text += ":" + part }
      groups.append(GroupRecord(name: line[0], gid: Int(gid), members: members, line: text))
    }
  }

  private func fields(_ files: FileSystem, _ path: String) -> [[String]] {
    guard let bytes = try? files.read(path) else { return [] }
    var result: [[String]] = []
    for line in lineContents(bytes) {
      var parts: [String] = []
      for part in line.split(separator: 58, omittingEmptySubsequences: false) { parts.append(String(bytes: part)) }
      result.append(parts)
    }
    return result
  }

  func user(named name: String) -> UserRecord? { users.first { $0.name == name } }
  func user(_ uid: Int) -> UserRecord? { users.first { $0.uid == uid } }
  func group(named name: String) -> GroupRecord? { groups.first { $0.name == name } }
  func group(_ gid: Int) -> GroupRecord? { groups.first { $0.gid == gid } }
  func userName(_ uid: Int) -> String { user(uid)?.name ?? String(uid) }
  func groupName(_ gid: Int) -> String { group(gid)?.name ?? String(gid) }

  /// The groups of a user: its own, then those that list it.
  func groups(of user: UserRecord) -> [Int] {
    var result = [user.gid]
    for group in groups where group.members.contains(user.name) && group.gid != user.gid { result.append(group.gid) }
    return result
  }
  /// What a login as this user may do.
  func credentials(of user: UserRecord) -> Credentials {
    Credentials(user: user.uid, group: user.gid, groups: groups(of: user))
  }
}
