// The interface in French. No-break spaces are written as escapes so that they can be seen.

import LabModel

extension UIString {
  var french: String {
    switch self {
    case .skipToContent: "Aller au contenu"
    case .mainNavigation: "Navigation principale"
    case .languageNavigation: "Langue"
    case .themeToggle: "Thème"
    case .themeAutomatic: "Automatique"
    case .themeLight: "Papier"
    case .themeDark: "Ardoise"
    case .chooseLanguage: "Choisir la langue"
    case .home: "Accueil"
    case .allScenarios: "Tous les scénarios"
    case .about: "À propos"
    case .madeWith: "Écrit avec Ardoise"
    case .sourceCode: "Sources du cours"
    case .editPage: "Proposer une correction"
    case .scenarios: "Scénarios"
    case .overview: "Vue d’ensemble"
    case .introduction: "Introduction"
    case .steps: "Étapes"
    case .start: "Commencer"
    case .recap: "Récapitulatif"
    case .difficulty: "Difficulté"
    case .duration: "Durée"
    case .contents: "Sommaire"
    case .onThisPage: "Sur cette page"
    case .previous: "Précédent"
    case .next: "Suivant"
    case .progress: "Progression"
    case .seeInOtherLanguage: "Lire en anglais"
    case .noScenarios: "Ce cours n’a pas encore de scénario."
    case .preparation: "Préparé en coulisse"
    case .preparationNote: "Ce script a tourné sur la machine avant la première commande de la page."
    case .hint: "Indice"
    case .solution: "Solution"
    case .notTranslated: "non traduit"
    case .notTranslatedLead: "Page non traduite"
    case .copy: "Copier"
    case .copied: "Copié"
    case .copyFailed: "Copie impossible"
    case .command: "Commande"
    case .recordedOutput: "Sortie enregistrée"
    case .noOutput: "Cette commande n’affiche rien."
    case .showTimes: "Afficher les temps"
    case .hideTimes: "Masquer les temps"
    case .permalink: "Lien vers ce bloc"
    case .opens: "Ouvre le fichier"
    case .exitStatusNote: "La commande signale une erreur."
    case .notSimulated: "Non simulé"
    case .notSimulatedLead:
      "Ce bloc utilise quelque chose que le simulateur ne sait pas rejouer fidèlement\u{A0}: aucune sortie n’est montrée plutôt qu’une sortie inventée."
    case .dependsLead: "La sortie de ce bloc dépend de ce qui n’a pas été simulé\u{A0}: elle n’est pas montrée."
    case .notRecorded: "Ce bloc n’a pas encore été enregistré."
    case .downloadRecording: "Télécharger l’enregistrement (asciicast)"
    case .typed: "tapé"
    case .previousFrame: "Image précédente"
    case .nextFrame: "Image suivante"
    case .scrollable: "zone défilante"
    case .verified: "Vérification"
    case .verifyPassed: "réussie"
    case .verifyFailed: "échouée"
    case .verifyUnknown: "non simulée"
    case .verifyNote: "Ce script a tourné sur la machine après la dernière commande de la page."
    case .timeline: "Chronologie"
    case .timelineStill: "État de chaque objet au fil du temps"
    case .play: "Lire"
    case .pause: "Pause"
    case .restart: "Revoir"
    case .stepBack: "Événement précédent"
    case .stepForward: "Événement suivant"
    case .position: "Position dans la chronologie"
    case .speed: "Vitesse"
    case .legend: "Légende"
    case .textEquivalent: "La chronologie en toutes lettres"
    case .gone: "supprimé"
    case .created: "créé"
    case .nonLinear: "Temps virtuel\u{A0}; les longues attentes sont resserrées."
    case .phasePending: "en attente"
    case .phaseCreating: "création du conteneur"
    case .phaseRunning: "démarré, pas encore prêt"
    case .phaseReady: "prêt"
    case .phaseTerminating: "en cours d’arrêt"
    case .phaseDone: "terminé"
    case .phaseFailed: "en erreur"
    case .phaseBound: "volume attaché"
    case .phaseOther: "autre état"
    case .kindPods: "Pods"
    case .kindClaims: "PVC"
    case .aboutTitle: "D’où viennent ces sorties\u{202F}?"
    case .aboutLead:
      "Rien, sur ces pages, n’a été recopié à la main. Chaque commande a été tapée dans le terminal d’une machine simulée, et ce qu’elle a affiché est reproduit tel quel."
    case .aboutHow: "Une machine simulée"
    case .aboutHowText:
      "La machine comprend un shell, kubectl et le plan de contrôle de Kubernetes, psql et un moteur SQL. Elle est déterministe\u{A0}: les mêmes commandes donnent, octet pour octet, la même sortie. Sa référence est le comportement mesuré des vrais programmes."
    case .aboutTime: "Un temps virtuel"
    case .aboutTimeText:
      "Les secondes indiquées sont celles de la machine simulée. Les durées de téléchargement et de démarrage sont plausibles, pas celles de votre réseau\u{A0}; l’ordre des événements, lui, est celui de Kubernetes."
    case .aboutTruth: "Non simulé, donc non montré"
    case .aboutTruthText:
      "Quand une commande, une option ou une image sort de ce que le simulateur sait rejouer fidèlement, la page le dit et ne montre aucune sortie."
    case .aboutMachine: "La machine de ce cours"
    case .aboutNotSimulated: "Ce qui n’est pas simulé dans ce cours"
    case .aboutNothingMissing: "Tous les blocs de ce cours ont été rejoués fidèlement."
    case .aboutDeviations: "Écarts connus"
    case .aboutFindings: "Ce que la relecture automatique a relevé"
    case .aboutNoFindings: "La relecture automatique n’a rien relevé."
    case .aboutLicence: "Licence"
    case .aboutAuthor: "Auteur"
    case .aboutReading: "Lire sans rien installer"
    case .aboutReadingText:
      "Tout se lit sans JavaScript, hors ligne et imprimé. Les touches fléchées déplacent la tête de lecture d’une chronologie, la barre d’espace la met en route ou en pause."
    case .kubernetesVersion: "Version de Kubernetes"
    case .terminalSize: "Taille du terminal"
    case .notFoundTitle: "Page introuvable"
    case .notFoundText: "Cette page n’existe pas, ou plus."
    }
  }
}

extension UIPhrase {
  var french: String {
    func plural(_ count: Int, _ one: String, _ many: String) -> String { "\(count)\u{A0}\(count < 2 ? one : many)" }
    return switch self {
    case .stepOf(let number, let total): "Étape \(number) sur \(total)"
    case .stepNumber(let number): "Étape \(number)"
    case .stepCount(let count): plural(count, "étape", "étapes")
    case .commandCount(let count): plural(count, "commande", "commandes")
    case .playedOf(let played, let count):
      "\(plural(count, "commande", "commandes")), dont \(played)\u{A0}\(played < 2 ? "jouée" : "jouées")"
    case .notRecordedCount(let count):
      "\(plural(count, "bloc n’a pas encore été enregistré", "blocs n’ont pas encore été enregistrés"))."
    case .blockCount(let count): plural(count, "commande jouée", "commandes jouées")
    case .timelineCount(let count): plural(count, "chronologie", "chronologies")
    case .scenarioCount(let count): plural(count, "scénario", "scénarios")
    case .block(let id): "Bloc \(id)"
    case .outputOfBlock(let id): "Sortie du bloc \(id)"
    case .interrupted(let time):
      "Arrêté par Ctrl-C après \(Typography.duration(time, .fr)), une fois le calme revenu."
    case .leftOpen(let program): "\(program) reste ouvert\u{A0}: le bloc suivant s’y tape."
    case .keepsRunning: "La commande continue\u{A0}: le bloc suivant l’arrête par Ctrl-C."
    case .exitStatus(let status): "Code de retour \(status)"
    case .dependsOn(let block): "Dépend du bloc \(block), non simulé"
    case .dependsOnSetup: "Dépend de la préparation de la machine, non simulée"
    case .frame(let number, let total): "Image \(number) sur \(total)"
    case .eventOf(let number, let total): "Événement \(number) sur \(total)"
    case .changeCount(let count): plural(count, "changement", "changements")
    case .readIn(let language): language == .en ? "Lire cette page en anglais" : "Lire cette page en français"
    case .fallbackNotice(let original):
      original == .fr
        ? "Cette page n’existe pas encore dans votre langue\u{A0}: voici le texte français."
        : "Cette page n’existe pas encore en français\u{A0}: voici le texte original, en anglais."
    case .timelineOfBlock(let id): "Chronologie du bloc \(id)"
    case .terminal(let number): "Terminal \(number)"
    case .host(let number): "Machine \(number)"
    case .notSimulatedCount(let count): plural(count, "bloc non simulé", "blocs non simulés")
    case .kubernetes(let version): "Kubernetes \(version)"
    case .lasted(let time): "durée\u{A0}: \(Typography.duration(time, .fr))"
    case .omittedFrames(let count):
      "\(plural(count, "image identique", "images identiques")) à l’horloge près, non reproduites."
    case .omittedLanes(let count):
      "\(plural(count, "objet de plus", "objets de plus")), à lire dans la chronologie en toutes lettres."
    case .linkToHeading(let text): "Lien vers «\u{A0}\(text)\u{A0}»"
    }
  }
}
