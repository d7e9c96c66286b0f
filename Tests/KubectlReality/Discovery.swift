// What the API server says about itself: versions, groups, resources, and as much OpenAPI as makes a client leave the validation
// of fields to the server.

import KubeAPI
import SimKernel
import Unstructured

enum Discovery {
  /// Nil for a path that is none of discovery's.
  static func answer(_ path: String) -> Value? {
    let parts = path.split(separator: "/").map(String.init)
    switch parts.count {
    case 1 where parts[0] == "version": return version
    case 1 where parts[0] == "api": return ["kind": "APIVersions", "versions": ["v1"]]
    case 1 where parts[0] == "apis": return groups
    case 2 where path == "/api/v1": return resources("v1")
    case 2 where path == "/openapi/v3": return openAPI
    case 3 where parts[0] == "apis": return resources(parts[1] + "/" + parts[2])
    case 4 where path == "/openapi/v3/api/v1": return schema("v1")
    case 5 where parts[0] == "openapi": return schema(parts[3] + "/" + parts[4])
    default: return nil
    }
  }

  private static let version: Value = [
    "major": "1", "minor": "32", "gitVersion": "v1.32.13", "gitCommit": "63adf010aa20e104c0b7043b47f42f50c9f72b17",
    "gitTreeState": "clean", "buildDate": "2026-02-10T00:00:00Z", "goVersion": "go1.24.11", "compiler": "gc",
    "platform": "linux/amd64",
  ]

  /// Groups in the order in which they first appear among the kinds, each with its versions.
  private static let groups: Value = {
    var list: [Value] = []
    var seen: [String] = []
    for kind in Kinds.all where !kind.group.isEmpty && !seen.contains(kind.group) {
      seen.append(kind.group)
      var versions: [Value] = [["groupVersion": .string(kind.apiVersion), "version": .string(kind.version)]]
      if kind.group == "autoscaling" { versions.append(["groupVersion": "autoscaling/v1", "version": "v1"]) }
      list.append(["name": .string(kind.group), "versions": .array(versions), "preferredVersion": versions[0]])
    }
    return ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(list)]
  }()

  private static func kinds(_ groupVersion: String) -> [Kind] {
    Kinds.all.filter {
      $0.apiVersion == groupVersion || ($0.group == "autoscaling" && groupVersion == "autoscaling/v1")
    }
  }

  private static func resources(_ groupVersion: String) -> Value? {
    var list: [Value] = []
    for kind in kinds(groupVersion) {
      var entry: Value = [
        "name": .string(kind.plural), "singularName": .string(kind.singular), "namespaced": .bool(kind.namespaced),
        "kind": .string(kind.kind), "verbs": .strings(kind.verbs),
      ]
      if !kind.shortNames.isEmpty { entry["shortNames"] = .strings(kind.shortNames) }
      if !kind.categories.isEmpty { entry["categories"] = .strings(kind.categories) }
      list.append(entry)
      for subresource in kind.subresources {
        var sub: Value = [
          "name": .string(kind.plural + "/" + subresource), "singularName": "", "namespaced": .bool(kind.namespaced),
          "kind": .string(kind.kind), "verbs": ["get", "patch", "update"],
        ]
        if subresource == "scale" {
          sub["group"] = "autoscaling"
          sub["version"] = "v1"
          sub["kind"] = "Scale"
        }
        if subresource == "eviction" {
          sub["group"] = "policy"
          sub["version"] = "v1"
          sub["kind"] = "Eviction"
          sub["verbs"] = ["create"]
        }
        list.append(sub)
      }
    }
    if list.isEmpty { return nil }
    return [
      "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(groupVersion), "resources": .array(list),
    ]
  }

  private static let openAPI: Value = {
    var paths = Value.Object()
    for version in Kinds.apiVersions {
      let path = (version == "v1" ? "api/" : "apis/") + version
      paths[path] = ["serverRelativeURL": .string("/openapi/v3/" + path)]
    }
    return ["paths": .object(paths)]
  }()

  /// One PATCH per kind that takes `fieldValidation` and `dryRun`: all that a client looks for.
  private static func schema(_ groupVersion: String) -> Value? {
    var paths = Value.Object()
    for kind in kinds(groupVersion) {
      paths["/\(kind.plural)/{name}"] = [
        "patch": [
          "parameters": [["name": "dryRun", "in": "query"], ["name": "fieldValidation", "in": "query"]],
          "responses": [:],
          "x-kubernetes-group-version-kind": [
            "group": .string(kind.group), "kind": .string(kind.kind),
            "version": .string(groupVersion.split(separator: "/").last.map(String.init) ?? ""),
          ],
        ]
      ]
    }
    if paths.isEmpty { return nil }
    return [
      "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": "v1.32.13"], "paths": .object(paths),
      "components": [:],
    ]
  }
}
