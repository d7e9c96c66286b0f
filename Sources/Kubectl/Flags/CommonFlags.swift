// Flags that several verbs have, under the names and defaults kubectl 1.32 gives them.

extension Verb {
  /// Flags every verb takes (`kubectl options`).
  static let globalFlags: [Flag] = [
    .string("as", "", "", "user the request is made as"),
    .list("as-group", "", .works, "group the request is made as; may be repeated"),
    .string("as-uid", "", "", .accepted, "uid the request is made as"),
    .string("cache-dir", "", "/root/.kube/cache", .accepted, "folder of the discovery cache"),
    .string("certificate-authority", "", "", .accepted, "file with the certificate authority"),
    .string("client-certificate", "", "", .accepted, "file with the client certificate"),
    .string("client-key", "", "", .accepted, "file with the client key"),
    .string("cluster", "", "", .accepted, "kubeconfig cluster to use"),
    .string("context", "", "", "kubeconfig context to use"),
    .bool("disable-compression", "", false, .accepted, "do not compress answers"),
    .bool("insecure-skip-tls-verify", "", false, .accepted, "do not check the server's certificate"),
    .string("kubeconfig", "", "", "kubeconfig file to use"),
    .duration("log-flush-frequency", "", "5s", .accepted, "how often logs are flushed"),
    .bool("match-server-version", "", false, .accepted, "require client and server of the same version"),
    .string("namespace", "n", "", "namespace the request is about"),
    .string("password", "", "", .accepted, "password for basic authentication"),
    .string("profile", "", "none", .accepted, "profile to capture"),
    .string("profile-output", "", "profile.pprof", .accepted, "file the profile goes to"),
    .string("request-timeout", "", "0", "how long one request may take"),
    .string("server", "s", "", "address of the API server"),
    .string("tls-server-name", "", "", .accepted, "name expected in the server's certificate"),
    .string("token", "", "", .notSimulated, "bearer token"),
    .string("user", "", "", .accepted, "kubeconfig user to use"),
    .string("username", "", "", .accepted, "user name for basic authentication"),
    .int32("v", "v", 0, .accepted, "log level"),
    .string("vmodule", "", "", .accepted, "log levels per source file"),
    .bool("warnings-as-errors", "", false, .accepted, "treat warnings as errors"),
  ]
}

/// Groups of flags; a verb's list is their concatenation.
enum Flags {
  static let files: [Flag] = [
    .strings("filename", "f", "file, folder or `-` with the objects"),
    .string("kustomize", "k", "", "folder with a kustomization"),
    .bool("recursive", "R", false, "read folders inside folders too"),
  ]
  static let selector = Flag.string("selector", "l", "", "label selector")
  static let fieldSelector = Flag.string("field-selector", "", "", "field selector")
  static let all = Flag.bool("all", "", false, "every object of the given types")
  static let allNamespaces = Flag.bool("all-namespaces", "A", false, "in all namespaces")
  static let dryRun = Flag.string(
    "dry-run", "", "none", bare: "unchanged", "`client`: only print, `server`: ask without storing")
  static let fieldManager = Flag.string("field-manager", "", "", "name that owns the changed fields")
  static let record = Flag.bool("record", "", false, "note the command as change cause (deprecated)")
  static let local = Flag.bool("local", "", false, "change the given file only")
  static let validate = Flag.string(
    "validate", "", "strict", bare: "strict", "`strict`, `warn` or `ignore` fields the server does not know")
  static let saveConfig = Flag.bool("save-config", "", false, "keep the configuration in an annotation")
  static let showManagedFields = Flag.bool(
    "show-managed-fields", "", false, .works, "print managedFields too")
  static let template = Flag.string("template", "", "", "template for go-template and jsonpath output")
  static let allowMissing = Flag.bool(
    "allow-missing-template-keys", "", true, "print nothing for members that a template does not find")
  static let output = Flag.string("output", "o", "", "output format")

  /// What verbs that print an object after changing it take.
  static let print: [Flag] = [allowMissing, output, showManagedFields, template]
}
