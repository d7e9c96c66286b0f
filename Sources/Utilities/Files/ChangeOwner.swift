// chown and chgrp (GNU coreutils manual, sections 13.1 and 13.2).

import SimKernel
import SimMachine

let changeOwnerOptions = OptionTable(
  "c,changes f,silent,quiet v,verbose dereference h,no-dereference from= no-preserve-root preserve-root reference= R,recursive H L P"
)

func changeOwner(_ call: ToolCall) -> Int32 { changeOwnership(call, groupOnly: false) }
func changeGroup(_ call: ToolCall) -> Int32 { changeOwnership(call, groupOnly: true) }

private func changeOwnership(_ call: ToolCall, groupOnly: Bool) -> Int32 {
  let options = call.options
  let accounts = Accounts(call.files)
  var operands = call.operands
  var user: Int?
  var group: Int?
  if options.has("reference") {
    guard let inode = call.inode(options.value("reference") ?? "") else {
      call.complain(
        "failed to get attributes of \(shellQuoted(options.value("reference") ?? "")): No such file or directory")
      return 1
    }
    user = groupOnly ? nil : inode.owner
    group = inode.group
  } else {
    guard !operands.isEmpty else { return call.usage("missing operand") }
    let spec = operands.removeFirst()
    if operands.isEmpty { return call.usage("missing operand after \(quoted(spec))") }
    func groupNumber(_ name: String) -> Int? { accounts.group(named: name)?.gid ?? decimal(name).map { Int($0) } }
    if groupOnly {
      guard let number = groupNumber(spec) else {
        call.complain("invalid group: \(quoted(spec))")
        return 1
      }
      group = number
    } else {
      let bytes = spec.bytes
      let colon = bytes.firstIndex(of: 58) ?? (accounts.user(named: spec) == nil ? bytes.firstIndex(of: 46) : nil)
      let name = String(bytes: colon.map { bytes[..<$0] } ?? bytes[...])
      if !name.isEmpty {
        guard let number = accounts.user(named: name)?.uid ?? decimal(name).map({ Int($0) }) else {
          call.complain("invalid user: \(quoted(spec))")
          return 1
        }
        user = number
      }
      if let colon {
        let name = String(bytes: bytes[(colon + 1)...])
        if name.isEmpty {
          if let user { group = accounts.user(user)?.gid }
        } else {
          guard let number = groupNumber(name) else {
            call.complain("invalid group: \(quoted(spec))")
            return 1
          }
          group = number
        }
      }
    }
  }
  let what = groupOnly ? "group" : "ownership"
  func apply(_ path: String, _ inode: Inode, _ depth: Int) {
    let oldUser = inode.owner
    let oldGroup = inode.group
    let changesUser = user != nil && user != oldUser
    let changesGroup = group != nil && group != oldGroup
    if call.who.user != 0 {
      let mayGroup = inode.owner == call.who.user && (group == call.who.group || call.who.groups.contains(group ?? -1))
      if changesUser || (changesGroup && !mayGroup) || (inode.owner != call.who.user && (user != nil || group != nil)) {
        if !options.has("f") {
          call.complain("changing \(what) of \(shellQuoted(path)): Operation not permitted")
        }
        call.status = 1
        return
      }
    }
    if let user { inode.owner = user }
    if let group { inode.group = group }
    if changesUser || changesGroup { inode.changedAt = call.world.now }
    func spec(_ user: Int, _ group: Int) -> String {
      if groupOnly { return accounts.groupName(group) }
      return accounts.userName(user)
        + (changesGroup || group != oldGroup || selfGroup() ? ":" + accounts.groupName(group) : "")
    }
    func selfGroup() -> Bool { group != nil }
    if changesUser || changesGroup, options.has("v") || options.has("c") {
      call.printLine(
        "changed \(what) of \(shellQuoted(path)) from \(spec(oldUser, oldGroup)) to \(spec(inode.owner, inode.group))")
    } else if options.has("v") {
      call.printLine("\(what) of \(shellQuoted(path)) retained as \(spec(inode.owner, inode.group))")
    }
    guard options.has("R"), inode.isDirectory, depth < 400 else { return }
    for (name, child) in inode.entries { apply(joined(path, name), child, depth + 1) }
  }
  for path in operands {
    do throws(Errno) {
      apply(path, try call.lookup(path, following: !options.has("h")), 0)
    } catch {
      if !options.has("f") { call.complain("cannot access \(shellQuoted(path)): \(error.message)") }
      call.status = 1
    }
  }
  return call.status
}
