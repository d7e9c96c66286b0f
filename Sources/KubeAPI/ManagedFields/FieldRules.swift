// How the parts of an object are owned: field by field, item by item, or only as a whole. The API declares it with list types and
// map types (`x-kubernetes-list-type`, `x-kubernetes-map-type`, 1.32); merge keys of patches say the same in most places.

import SimKernel
import Unstructured

indirect enum FieldRule {
  /// Owned as a whole: a scalar, or an atomic list, map or structure.
  case leaf
  case structure(Structure)
  case map(FieldRule)
  /// Items are known by the values of these members.
  case keyed([String], FieldRule)
  /// Items are known by what they are.
  case set

  static func of(_ kind: Kind) -> FieldRule { Schema.root(kind).map { .structure($0) } ?? .leaf }

  private static let atomicStructures: Set<String> = [
    "ConfigMapKeySelector", "EndpointAddress", "EndpointPort", "LabelSelector", "LocalObjectReference", "NodeSelector",
    "NodeSelectorTerm", "ObjectFieldSelector", "ObjectReference", "OwnerReference", "ResourceFieldSelector", "RoleRef",
    "ScopeSelector", "SecretKeySelector", "SecretReference", "Subject", "TopologySelectorTerm",
    "TypedLocalObjectReference", "discovery:EndpointPort",
  ]
  private static let atomicFields: Set<String> = [
    "PodSpec.nodeSelector", "ServiceSpec.selector", "ReplicationControllerSpec.selector", "PodStatus.hostIPs",
  ]
  /// Lists with more keys than patches use.
  private static let keys: [String: [String]] = [
    "Container.ports": ["containerPort", "protocol"],
    "EphemeralContainerCommon.ports": ["containerPort", "protocol"],
    "PodSpec.topologySpreadConstraints": ["topologyKey", "whenUnsatisfiable"],
    "ServiceSpec.ports": ["port", "protocol"],
    "ServiceAccount.imagePullSecrets": ["name"],
  ]

  /// The rule of a member of a structure.
  static func of(_ field: Field, in structure: Structure) -> FieldRule {
    let place = structure.name + "." + field.name
    if atomicFields.contains(place) { return .leaf }
    if place == "PersistentVolumeSpec.claimRef", let reference = Schema.structure("ObjectReference") {
      return .structure(reference)
    }
    guard case .list(let item) = field.type.target else { return of(field.type) }
    if let keys = keys[place] { return .keyed(keys, itemRule(item)) }
    guard let key = field.mergeKey else { return .leaf }
    return key.isEmpty ? .set : .keyed([key], itemRule(item))
  }

  /// Items of keyed lists are opened even where their structure stands alone as a whole elsewhere, owners excepted.
  private static func itemRule(_ type: FieldType) -> FieldRule {
    guard case .structure(let name) = type, name != "OwnerReference", let structure = Schema.structure(name) else {
      return .leaf
    }
    return atomicStructures.contains(name) ? .leaf : .structure(structure)
  }

  private static func of(_ type: FieldType) -> FieldRule {
    switch type {
    case .pointer(let target): return of(target)
    case .structure(let name):
      guard !atomicStructures.contains(name), let structure = Schema.structure(name) else { return .leaf }
      return .structure(structure)
    case .map(let item): return .map(of(item))
    case .resourceList: return .map(.leaf)
    default: return .leaf
    }
  }

  func member(_ name: String) -> FieldRule {
    switch self {
    case .structure(let structure):
      return structure.members[name].map { FieldRule.of($0, in: structure) } ?? .leaf
    case .map(let item): return item
    default: return .leaf
    }
  }

  /// The edge that leads to an item; nil for items without their key.
  func element(_ item: Value) -> String? {
    switch self {
    case .keyed(let names, _):
      var key = Value.Object()
      for name in names {
        if let value = item[name] {
          key[name] = value
        } else if name == "protocol" {
          key[name] = "TCP"
        } else {
          return nil
        }
      }
      return "k:" + JSON.compact(.object(key))
    case .set: return "v:" + JSON.compact(item)
    default: return nil
    }
  }
}
