// kubectl create: from files, or one of the generators.

extension Verb {
  static let create = Verb(
    "create", .beginner, usage: "-f FILENAME [options]", synopsis: "Make an object from a file or from flags",
    examples: ["kubectl create -f web.yaml", "kubectl create deployment web --image=nginx"],
    flags: Flags.files + Flags.print + [
      Flags.dryRun, Flags.fieldManager, Flags.saveConfig, Flags.selector, Flags.validate,
      .bool("edit", "", false, .notSimulated, "edit the object before it is made"),
      .string("raw", "", "", .notSimulated, "path to send the request to"),
    ], verbs: [], latency: .server, run: CreateFromFile.run)
}
