import Diagnostics
import LabModel

extension Rule {
  static let nameMisspelt = Rule(
    id: "name-misspelt", severity: .note,
    summary: "A name is not written as its owners write it",
    what:
      "Finds usual misspellings of names in the prose: *Postgresql*, *Statefulset*, *Github*, *Kubernets* … Code is left alone, and so are the words in `lint.words`.",
    why:
      "Kinds of Kubernetes are written as the API has them; a learner who copies `Statefulset` into a manifest gets an error.",
    example: "Un Statefulset garantit l'ordre.", instead: "Un StatefulSet garantit l'ordre.",
    check: { rule, context in
      let accepted = Set(context.course.settings.lint.words)
      var findings: [Diagnostic] = []
      for page in context.pages {
        func look(_ text: String, _ range: SourceRange) {
          // An entity or an escape in the source: the offsets would lie.
          guard text.utf8.count == range.length else { return }
          for match in text.matches(of: /[\p{L}][\p{L}0-9]*/) {
            let word = String(match.output)
            guard let right = names[word], !accepted.contains(word) else { continue }
            // Part of a path, an address or a longer name.
            let before =
              match.range.lowerBound > text.startIndex ? text[text.index(before: match.range.lowerBound)] : " "
            let after = match.range.upperBound < text.endIndex ? text[match.range.upperBound] : " "
            if "/.-_@:".contains(before) || "/-_@".contains(after) { continue }
            let start = range.start + text[..<match.range.lowerBound].utf8.count
            let place = page.source.location(SourceRange(start: start, end: start + word.utf8.count))
            findings.append(
              rule.finding(
                place, "'\(word)' is written '\(right)'", "Add it to lint.words in ardoise.yml if it is right here.",
                fixes: [Fix(title: "write '\(right)'", edits: [TextEdit(location: place, replacement: right)])]))
          }
        }
        Prose.visit(page.page.blocks, block: { _ in }) { if case .text(let text, let range) = $0 { look(text, range) } }
      }
      return findings
    })

  private static let names: [String: String] = {
    let right: [String: [String]] = [
      "PostgreSQL": ["Postgresql", "PostgreSql", "PostGreSQL", "PostgresSQL", "PostgreSQl", "postgreSQL", "PostGres"],
      "Kubernetes": ["Kubernets", "Kuberntes", "Kubernetess", "Kubernettes", "Kubernete", "KUBERNETES"],
      "StatefulSet": ["Statefulset", "StatefullSet", "Statefullset", "statefullset"],
      "StatefulSets": ["Statefulsets", "StatefullSets", "Statefullsets"], "DaemonSet": ["Daemonset", "DeamonSet"],
      "ReplicaSet": ["Replicaset"], "ConfigMap": ["Configmap"], "CronJob": ["Cronjob"],
      "StorageClass": ["Storageclass"], "PersistentVolume": ["Persistentvolume"],
      "PersistentVolumeClaim": ["Persistentvolumeclaim", "PersistentVolumeclaim"], "ServiceAccount": ["Serviceaccount"],
      "NetworkPolicy": ["Networkpolicy"], "MicroK8s": ["Microk8s", "MicroK8S", "Microk8S", "MicrOk8s"],
      "GitHub": ["Github"], "GitLab": ["Gitlab"], "JavaScript": ["Javascript"], "TypeScript": ["Typescript"],
      "YAML": ["Yaml"], "JSON": ["Json"], "MySQL": ["MySql", "Mysql"], "MongoDB": ["MongoDb", "Mongodb"],
      "ZooKeeper": ["Zookeeper"], "Prometheus": ["Promotheus", "Prometeus"], "Grafana": ["Graphana"],
    ]
    var names: [String: String] = [:]
    for (name, wrong) in right { for word in wrong { names[word] = name } }
    return names
  }()
}
