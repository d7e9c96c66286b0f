// The structures of the API's objects in Kubernetes 1.32: every field of every kind the simulator decodes, in the order
// the API declares them. Names, types and merge keys are facts of the API; this is their compact notation (one structure
// a paragraph, continued on lines that begin with a space), read once by Schema.swift:
//
//   StatefulSetSpec replicas:*i selector:*LabelSelector! template:PodTemplateSpec!
//   field name, `=Name` where the declared name is not the field's with a capital, then the type:
//     s b i l f B         string, bool, int32, int64, float64, bytes     Q T M D I R  quantity, time, micro time,
//     L                   resource list                                               duration, int-or-string, raw
//     *T []T {}T          pointer, list, map from string                 <v1.Name     a named string type
//   `!` present even when empty; `+key` lists merge by that key (`+` alone: sets); `%` keys are replaced as a whole
//   ^Name                 the fields of that structure stand here

extension Schema {
  static let text = """
    Affinity nodeAffinity:*NodeAffinity podAffinity:*PodAffinity podAntiAffinity:*PodAntiAffinity
    AggregationRule clusterRoleSelectors:[]LabelSelector
    APIService ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:APIServiceSpec status:APIServiceStatus
    APIServiceCondition type:<v1.APIServiceConditionType! status:<v1.ConditionStatus! lastTransitionTime:T reason:s
     message:s
    APIServiceSpec service:*ServiceReference group:s version:s insecureSkipTLSVerify=InsecureSkipTLSVerify:b
     caBundle=CABundle:B groupPriorityMinimum:i! versionPriority:i!
    APIServiceStatus conditions:[]APIServiceCondition+type
    AppArmorProfile type:<v1.AppArmorProfileType! localhostProfile:*s
    AttachedVolume name:<v1.UniqueVolumeName! devicePath:s!
    AWSElasticBlockStoreVolumeSource volumeID:s! fsType=FSType:s partition:i readOnly:b
    AzureDiskVolumeSource diskName:s! diskURI=DataDiskURI:s! cachingMode:*<v1.AzureDataDiskCachingMode fsType=FSType:*s
     readOnly:*b kind:*<v1.AzureDataDiskKind
    AzureFilePersistentVolumeSource secretName:s! shareName:s! readOnly:b secretNamespace:*s!
    AzureFileVolumeSource secretName:s! shareName:s! readOnly:b
    Binding ^TypeMeta metadata=ObjectMeta:ObjectMeta target:ObjectReference!
    Capabilities add:[]<v1.Capability drop:[]<v1.Capability
    CephFSPersistentVolumeSource monitors:[]s! path:s user:s secretFile:s secretRef:*SecretReference readOnly:b
    CephFSVolumeSource monitors:[]s! path:s user:s secretFile:s secretRef:*LocalObjectReference readOnly:b
    CinderPersistentVolumeSource volumeID:s! fsType=FSType:s readOnly:b secretRef:*SecretReference
    CinderVolumeSource volumeID:s! fsType=FSType:s readOnly:b secretRef:*LocalObjectReference
    ClientIPConfig timeoutSeconds:*i
    ClusterRole ^TypeMeta metadata=ObjectMeta:ObjectMeta rules:[]PolicyRule! aggregationRule:*AggregationRule
    ClusterRoleBinding ^TypeMeta metadata=ObjectMeta:ObjectMeta subjects:[]Subject roleRef:RoleRef!
    ClusterTrustBundleProjection name:*s signerName:*s labelSelector:*LabelSelector optional:*b path:s!
    Condition type:s! status:<v1.ConditionStatus! observedGeneration:l lastTransitionTime:T! reason:s! message:s!
    ConfigMap ^TypeMeta metadata=ObjectMeta:ObjectMeta immutable:*b data:{}s binaryData:{}B
    ConfigMapEnvSource ^LocalObjectReference optional:*b
    ConfigMapKeySelector ^LocalObjectReference key:s! optional:*b
    ConfigMapNodeConfigSource namespace:s! name:s! uid=UID:<types.UID resourceVersion:s kubeletConfigKey:s!
    ConfigMapProjection ^LocalObjectReference items:[]KeyToPath optional:*b
    ConfigMapVolumeSource ^LocalObjectReference items:[]KeyToPath defaultMode:*i optional:*b
    Container name:s! image:s command:[]s args:[]s workingDir:s ports:[]ContainerPort+containerPort
     envFrom:[]EnvFromSource env:[]EnvVar+name resources:ResourceRequirements resizePolicy:[]ContainerResizePolicy
     restartPolicy:*<v1.ContainerRestartPolicy volumeMounts:[]VolumeMount+mountPath
     volumeDevices:[]VolumeDevice+devicePath livenessProbe:*Probe readinessProbe:*Probe startupProbe:*Probe
     lifecycle:*Lifecycle terminationMessagePath:s terminationMessagePolicy:<v1.TerminationMessagePolicy
     imagePullPolicy:<v1.PullPolicy securityContext:*SecurityContext stdin:b stdinOnce:b tty=TTY:b
    ContainerImage names:[]s! sizeBytes:l
    ContainerMetrics name:s! usage:L!
    ContainerPort name:s hostPort:i containerPort:i! protocol:<v1.Protocol hostIP:s
    ContainerResizePolicy resourceName:<v1.ResourceName! restartPolicy:<v1.ResourceResizeRestartPolicy!
    ContainerState waiting:*ContainerStateWaiting running:*ContainerStateRunning terminated:*ContainerStateTerminated
    ContainerStateRunning startedAt:T
    ContainerStateTerminated exitCode:i! signal:i reason:s message:s startedAt:T finishedAt:T containerID:s
    ContainerStateWaiting reason:s message:s
    ContainerStatus name:s! state:ContainerState lastState=LastTerminationState:ContainerState ready:b! restartCount:i!
     image:s! imageID:s! containerID:s started:*b allocatedResources:L resources:*ResourceRequirements
     volumeMounts:[]VolumeMountStatus+mountPath user:*ContainerUser allocatedResourcesStatus:[]ResourceStatus+name
    ContainerUser linux:*LinuxContainerUser
    ControllerRevision ^TypeMeta metadata=ObjectMeta:ObjectMeta data:R revision:l!
    CronJob ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:CronJobSpec status:CronJobStatus
    CronJobSpec schedule:s! timeZone:*s startingDeadlineSeconds:*l concurrencyPolicy:<v1.ConcurrencyPolicy suspend:*b
     jobTemplate:JobTemplateSpec! successfulJobsHistoryLimit:*i failedJobsHistoryLimit:*i
    CronJobStatus active:[]ObjectReference lastScheduleTime:*T lastSuccessfulTime:*T
    CSIDriver ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:CSIDriverSpec!
    CSIDriverSpec attachRequired:*b podInfoOnMount:*b volumeLifecycleModes:[]<v1.VolumeLifecycleMode storageCapacity:*b
     fsGroupPolicy=FSGroupPolicy:*<v1.FSGroupPolicy tokenRequests:[]TokenRequest requiresRepublish:*b
     seLinuxMount=SELinuxMount:*b
    CSINode ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:CSINodeSpec!
    CSINodeDriver name:s! nodeID:s! topologyKeys:[]s! allocatable:*VolumeNodeResources
    CSINodeSpec drivers:[]CSINodeDriver!+name
    CSIPersistentVolumeSource driver:s! volumeHandle:s! readOnly:b fsType=FSType:s volumeAttributes:{}s
     controllerPublishSecretRef:*SecretReference nodeStageSecretRef:*SecretReference
     nodePublishSecretRef:*SecretReference controllerExpandSecretRef:*SecretReference
     nodeExpandSecretRef:*SecretReference
    CSIVolumeSource driver:s! readOnly:*b fsType=FSType:*s volumeAttributes:{}s
     nodePublishSecretRef:*LocalObjectReference
    DaemonEndpoint Port:i!
    DaemonSet ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:DaemonSetSpec status:DaemonSetStatus
    DaemonSetCondition type:<v1.DaemonSetConditionType! status:<v1.ConditionStatus! lastTransitionTime:T reason:s
     message:s
    DaemonSetSpec selector:*LabelSelector! template:PodTemplateSpec! updateStrategy:DaemonSetUpdateStrategy
     minReadySeconds:i revisionHistoryLimit:*i
    DaemonSetStatus currentNumberScheduled:i! numberMisscheduled:i! desiredNumberScheduled:i! numberReady:i!
     observedGeneration:l updatedNumberScheduled:i numberAvailable:i numberUnavailable:i collisionCount:*i
     conditions:[]DaemonSetCondition+type
    DaemonSetUpdateStrategy type:<v1.DaemonSetUpdateStrategyType rollingUpdate:*RollingUpdateDaemonSet
    Deployment ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:DeploymentSpec status:DeploymentStatus
    DeploymentCondition type:<v1.DeploymentConditionType! status:<v1.ConditionStatus! lastUpdateTime:T
     lastTransitionTime:T reason:s message:s
    DeploymentSpec replicas:*i selector:*LabelSelector! template:PodTemplateSpec! strategy:DeploymentStrategy%
     minReadySeconds:i revisionHistoryLimit:*i paused:b progressDeadlineSeconds:*i
    DeploymentStatus observedGeneration:l replicas:i updatedReplicas:i readyReplicas:i availableReplicas:i
     unavailableReplicas:i conditions:[]DeploymentCondition+type collisionCount:*i
    DeploymentStrategy type:<v1.DeploymentStrategyType rollingUpdate:*RollingUpdateDeployment
    discovery:EndpointPort name:*s protocol:*<v1.Protocol port:*i appProtocol:*s
    DownwardAPIProjection items:[]DownwardAPIVolumeFile
    DownwardAPIVolumeFile path:s! fieldRef:*ObjectFieldSelector resourceFieldRef:*ResourceFieldSelector mode:*i
    DownwardAPIVolumeSource items:[]DownwardAPIVolumeFile defaultMode:*i
    EmptyDirVolumeSource medium:<v1.StorageMedium sizeLimit:*Q
    Endpoint addresses:[]s! conditions:EndpointConditions hostname:*s targetRef:*ObjectReference deprecatedTopology:{}s
     nodeName:*s zone:*s hints:*EndpointHints
    EndpointAddress ip=IP:s! hostname:s nodeName:*s targetRef:*ObjectReference
    EndpointConditions ready:*b serving:*b terminating:*b
    EndpointHints forZones:[]ForZone
    EndpointPort name:s port:i! protocol:<v1.Protocol appProtocol:*s
    Endpoints ^TypeMeta metadata=ObjectMeta:ObjectMeta subsets:[]EndpointSubset
    EndpointSlice ^TypeMeta metadata=ObjectMeta:ObjectMeta addressType:<v1.AddressType! endpoints:[]Endpoint!
     ports:[]discovery:EndpointPort!
    EndpointSubset addresses:[]EndpointAddress notReadyAddresses:[]EndpointAddress ports:[]EndpointPort
    EnvFromSource prefix:s configMapRef:*ConfigMapEnvSource secretRef:*SecretEnvSource
    EnvVar name:s! value:s valueFrom:*EnvVarSource
    EnvVarSource fieldRef:*ObjectFieldSelector resourceFieldRef:*ResourceFieldSelector
     configMapKeyRef:*ConfigMapKeySelector secretKeyRef:*SecretKeySelector
    EphemeralContainer ^EphemeralContainerCommon targetContainerName:s
    EphemeralContainerCommon name:s! image:s command:[]s args:[]s workingDir:s ports:[]ContainerPort+containerPort
     envFrom:[]EnvFromSource env:[]EnvVar+name resources:ResourceRequirements resizePolicy:[]ContainerResizePolicy
     restartPolicy:*<v1.ContainerRestartPolicy volumeMounts:[]VolumeMount+mountPath
     volumeDevices:[]VolumeDevice+devicePath livenessProbe:*Probe readinessProbe:*Probe startupProbe:*Probe
     lifecycle:*Lifecycle terminationMessagePath:s terminationMessagePolicy:<v1.TerminationMessagePolicy
     imagePullPolicy:<v1.PullPolicy securityContext:*SecurityContext stdin:b stdinOnce:b tty=TTY:b
    EphemeralVolumeSource volumeClaimTemplate:*PersistentVolumeClaimTemplate
    Event ^TypeMeta metadata=ObjectMeta:ObjectMeta! involvedObject:ObjectReference! reason:s message:s
     source:EventSource firstTimestamp:T lastTimestamp:T count:i type:s eventTime:M series:*EventSeries action:s
     related:*ObjectReference reportingComponent=ReportingController:s! reportingInstance:s!
    EventSeries count:i lastObservedTime:M
    EventSource component:s host:s
    ExecAction command:[]s
    FCVolumeSource targetWWNs:[]s lun:*i fsType=FSType:s readOnly:b wwids=WWIDs:[]s
    FlexPersistentVolumeSource driver:s! fsType=FSType:s secretRef:*SecretReference readOnly:b options:{}s
    FlexVolumeSource driver:s! fsType=FSType:s secretRef:*LocalObjectReference readOnly:b options:{}s
    FlockerVolumeSource datasetName:s datasetUUID:s
    ForZone name:s!
    GCEPersistentDiskVolumeSource pdName=PDName:s! fsType=FSType:s partition:i readOnly:b
    GitRepoVolumeSource repository:s! revision:s directory:s
    GlusterfsPersistentVolumeSource endpoints=EndpointsName:s! path:s! readOnly:b endpointsNamespace:*s
    GlusterfsVolumeSource endpoints=EndpointsName:s! path:s! readOnly:b
    GRPCAction port:i! service:*s!
    HostAlias ip=IP:s! hostnames:[]s
    HostIP ip=IP:s!
    HostPathVolumeSource path:s! type:*<v1.HostPathType
    HTTPGetAction path:s port:I! host:s scheme:<v1.URIScheme httpHeaders=HTTPHeaders:[]HTTPHeader
    HTTPHeader name:s! value:s!
    HTTPIngressPath path:s pathType:*<v1.PathType! backend:IngressBackend!
    HTTPIngressRuleValue paths:[]HTTPIngressPath!
    ImageVolumeSource reference:s pullPolicy:<v1.PullPolicy
    Ingress ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:IngressSpec status:IngressStatus
    IngressBackend service:*IngressServiceBackend resource:*TypedLocalObjectReference
    IngressClass ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:IngressClassSpec
    IngressClassParametersReference apiGroup=APIGroup:*s kind:s! name:s! scope:*s! namespace:*s
    IngressClassSpec controller:s parameters:*IngressClassParametersReference
    IngressLoadBalancerIngress ip=IP:s hostname:s ports:[]IngressPortStatus
    IngressLoadBalancerStatus ingress:[]IngressLoadBalancerIngress
    IngressPortStatus port:i! protocol:<v1.Protocol! error:*s
    IngressRule host:s ^IngressRuleValue
    IngressRuleValue http=HTTP:*HTTPIngressRuleValue
    IngressServiceBackend name:s! port:ServiceBackendPort
    IngressSpec ingressClassName:*s defaultBackend:*IngressBackend tls=TLS:[]IngressTLS rules:[]IngressRule
    IngressStatus loadBalancer:IngressLoadBalancerStatus
    IngressTLS hosts:[]s secretName:s
    IPBlock cidr=CIDR:s! except:[]s
    ISCSIPersistentVolumeSource targetPortal:s! iqn=IQN:s! lun:i! iscsiInterface=ISCSIInterface:s fsType=FSType:s
     readOnly:b portals:[]s chapAuthDiscovery=DiscoveryCHAPAuth:b chapAuthSession=SessionCHAPAuth:b
     secretRef:*SecretReference initiatorName:*s
    ISCSIVolumeSource targetPortal:s! iqn=IQN:s! lun:i! iscsiInterface=ISCSIInterface:s fsType=FSType:s readOnly:b
     portals:[]s chapAuthDiscovery=DiscoveryCHAPAuth:b chapAuthSession=SessionCHAPAuth:b secretRef:*LocalObjectReference
     initiatorName:*s
    Job ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:JobSpec status:JobStatus
    JobCondition type:<v1.JobConditionType! status:<v1.ConditionStatus! lastProbeTime:T lastTransitionTime:T reason:s
     message:s
    JobSpec parallelism:*i completions:*i activeDeadlineSeconds:*l podFailurePolicy:*PodFailurePolicy
     successPolicy:*SuccessPolicy backoffLimit:*i backoffLimitPerIndex:*i maxFailedIndexes:*i selector:*LabelSelector
     manualSelector:*b template:PodTemplateSpec! ttlSecondsAfterFinished=TTLSecondsAfterFinished:*i
     completionMode:*<v1.CompletionMode suspend:*b podReplacementPolicy:*<v1.PodReplacementPolicy managedBy:*s
    JobStatus conditions:[]JobCondition+type startTime:*T completionTime:*T active:i succeeded:i failed:i terminating:*i
     completedIndexes:s failedIndexes:*s uncountedTerminatedPods:*UncountedTerminatedPods ready:*i
    JobTemplateSpec metadata=ObjectMeta:ObjectMeta spec:JobSpec
    KeyToPath key:s! path:s! mode:*i
    LabelSelector matchLabels:{}s matchExpressions:[]LabelSelectorRequirement
    LabelSelectorRequirement key:s! operator:<v1.LabelSelectorOperator! values:[]s
    Lease ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:LeaseSpec
    LeaseSpec holderIdentity:*s leaseDurationSeconds:*i acquireTime:*M renewTime:*M leaseTransitions:*i
     strategy:*<v1.CoordinatedLeaseStrategy preferredHolder:*s
    Lifecycle postStart:*LifecycleHandler preStop:*LifecycleHandler
    LifecycleHandler exec:*ExecAction httpGet=HTTPGet:*HTTPGetAction tcpSocket=TCPSocket:*TCPSocketAction
     sleep:*SleepAction
    LimitRange ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:LimitRangeSpec
    LimitRangeItem type:<v1.LimitType! max:L min:L default:L defaultRequest:L maxLimitRequestRatio:L
    LimitRangeSpec limits:[]LimitRangeItem!
    LinuxContainerUser uid=UID:l! gid=GID:l! supplementalGroups:[]l
    LoadBalancerIngress ip=IP:s hostname:s ipMode=IPMode:*<v1.LoadBalancerIPMode ports:[]PortStatus
    LoadBalancerStatus ingress:[]LoadBalancerIngress
    LocalObjectReference name:s
    LocalVolumeSource path:s! fsType=FSType:*s
    ManagedFieldsEntry manager:s operation:<v1.ManagedFieldsOperationType apiVersion=APIVersion:s time:*T fieldsType:s
     fieldsV1:*R subresource:s
    ModifyVolumeStatus targetVolumeAttributesClassName:s status:<v1.PersistentVolumeClaimModifyVolumeStatus!
    Namespace ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:NamespaceSpec status:NamespaceStatus
    NamespaceCondition type:<v1.NamespaceConditionType! status:<v1.ConditionStatus! lastTransitionTime:T reason:s
     message:s
    NamespaceSpec finalizers:[]<v1.FinalizerName
    NamespaceStatus phase:<v1.NamespacePhase conditions:[]NamespaceCondition+type
    NetworkPolicy ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:NetworkPolicySpec
    NetworkPolicyEgressRule ports:[]NetworkPolicyPort to:[]NetworkPolicyPeer
    NetworkPolicyIngressRule ports:[]NetworkPolicyPort from:[]NetworkPolicyPeer
    NetworkPolicyPeer podSelector:*LabelSelector namespaceSelector:*LabelSelector ipBlock=IPBlock:*IPBlock
    NetworkPolicyPort protocol:*<v1.Protocol port:*I endPort:*i
    NetworkPolicySpec podSelector:LabelSelector! ingress:[]NetworkPolicyIngressRule egress:[]NetworkPolicyEgressRule
     policyTypes:[]<v1.PolicyType
    NFSVolumeSource server:s! path:s! readOnly:b
    Node ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:NodeSpec status:NodeStatus
    NodeAddress type:<v1.NodeAddressType! address:s!
    NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:*NodeSelector
     preferredDuringSchedulingIgnoredDuringExecution:[]PreferredSchedulingTerm
    NodeCondition type:<v1.NodeConditionType! status:<v1.ConditionStatus! lastHeartbeatTime:T lastTransitionTime:T
     reason:s message:s
    NodeConfigSource configMap:*ConfigMapNodeConfigSource
    NodeConfigStatus assigned:*NodeConfigSource active:*NodeConfigSource lastKnownGood:*NodeConfigSource error:s
    NodeDaemonEndpoints kubeletEndpoint:DaemonEndpoint
    NodeFeatures supplementalGroupsPolicy:*b
    NodeMetrics ^TypeMeta metadata=ObjectMeta:ObjectMeta timestamp:T! window:D! usage:L!
    NodeRuntimeHandler name:s! features:*NodeRuntimeHandlerFeatures
    NodeRuntimeHandlerFeatures recursiveReadOnlyMounts:*b userNamespaces:*b
    NodeSelector nodeSelectorTerms:[]NodeSelectorTerm!
    NodeSelectorRequirement key:s! operator:<v1.NodeSelectorOperator! values:[]s
    NodeSelectorTerm matchExpressions:[]NodeSelectorRequirement matchFields:[]NodeSelectorRequirement
    NodeSpec podCIDR:s podCIDRs:[]s+ providerID:s unschedulable:b taints:[]Taint configSource:*NodeConfigSource
     externalID=DoNotUseExternalID:s
    NodeStatus capacity:L allocatable:L phase:<v1.NodePhase conditions:[]NodeCondition+type addresses:[]NodeAddress+type
     daemonEndpoints:NodeDaemonEndpoints nodeInfo:NodeSystemInfo images:[]ContainerImage
     volumesInUse:[]<v1.UniqueVolumeName volumesAttached:[]AttachedVolume config:*NodeConfigStatus
     runtimeHandlers:[]NodeRuntimeHandler features:*NodeFeatures
    NodeSystemInfo machineID:s! systemUUID:s! bootID:s! kernelVersion:s! osImage=OSImage:s! containerRuntimeVersion:s!
     kubeletVersion:s! kubeProxyVersion:s! operatingSystem:s! architecture:s!
    ObjectFieldSelector apiVersion=APIVersion:s fieldPath:s!
    ObjectMeta name:s generateName:s namespace:s selfLink:s uid=UID:<types.UID resourceVersion:s generation:l
     creationTimestamp:T deletionTimestamp:*T deletionGracePeriodSeconds:*l labels:{}s annotations:{}s
     ownerReferences:[]OwnerReference+uid finalizers:[]s+ managedFields:[]ManagedFieldsEntry
    ObjectReference kind:s namespace:s name:s uid=UID:<types.UID apiVersion=APIVersion:s resourceVersion:s fieldPath:s
    Overhead podFixed:L
    OwnerReference apiVersion=APIVersion:s! kind:s! name:s! uid=UID:<types.UID! controller:*b blockOwnerDeletion:*b
    PersistentVolume ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:PersistentVolumeSpec status:PersistentVolumeStatus
    PersistentVolumeClaim ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:PersistentVolumeClaimSpec
     status:PersistentVolumeClaimStatus
    PersistentVolumeClaimCondition type:<v1.PersistentVolumeClaimConditionType! status:<v1.ConditionStatus!
     lastProbeTime:T lastTransitionTime:T reason:s message:s
    PersistentVolumeClaimSpec accessModes:[]<v1.PersistentVolumeAccessMode selector:*LabelSelector
     resources:VolumeResourceRequirements volumeName:s storageClassName:*s volumeMode:*<v1.PersistentVolumeMode
     dataSource:*TypedLocalObjectReference dataSourceRef:*TypedObjectReference volumeAttributesClassName:*s
    PersistentVolumeClaimStatus phase:<v1.PersistentVolumeClaimPhase accessModes:[]<v1.PersistentVolumeAccessMode
     capacity:L conditions:[]PersistentVolumeClaimCondition+type allocatedResources:L
     allocatedResourceStatuses:{}<v1.ClaimResourceStatus currentVolumeAttributesClassName:*s
     modifyVolumeStatus:*ModifyVolumeStatus
    PersistentVolumeClaimTemplate metadata=ObjectMeta:ObjectMeta spec:PersistentVolumeClaimSpec!
    PersistentVolumeClaimVolumeSource claimName:s! readOnly:b
    PersistentVolumeSource gcePersistentDisk=GCEPersistentDisk:*GCEPersistentDiskVolumeSource
     awsElasticBlockStore=AWSElasticBlockStore:*AWSElasticBlockStoreVolumeSource hostPath:*HostPathVolumeSource
     glusterfs:*GlusterfsPersistentVolumeSource nfs=NFS:*NFSVolumeSource rbd=RBD:*RBDPersistentVolumeSource
     iscsi=ISCSI:*ISCSIPersistentVolumeSource cinder:*CinderPersistentVolumeSource
     cephfs=CephFS:*CephFSPersistentVolumeSource fc=FC:*FCVolumeSource flocker:*FlockerVolumeSource
     flexVolume:*FlexPersistentVolumeSource azureFile:*AzureFilePersistentVolumeSource
     vsphereVolume:*VsphereVirtualDiskVolumeSource quobyte:*QuobyteVolumeSource azureDisk:*AzureDiskVolumeSource
     photonPersistentDisk:*PhotonPersistentDiskVolumeSource portworxVolume:*PortworxVolumeSource
     scaleIO:*ScaleIOPersistentVolumeSource local:*LocalVolumeSource
     storageos=StorageOS:*StorageOSPersistentVolumeSource csi=CSI:*CSIPersistentVolumeSource
    PersistentVolumeSpec capacity:L ^PersistentVolumeSource accessModes:[]<v1.PersistentVolumeAccessMode
     claimRef:*ObjectReference persistentVolumeReclaimPolicy:<v1.PersistentVolumeReclaimPolicy storageClassName:s
     mountOptions:[]s volumeMode:*<v1.PersistentVolumeMode nodeAffinity:*VolumeNodeAffinity volumeAttributesClassName:*s
    PersistentVolumeStatus phase:<v1.PersistentVolumePhase message:s reason:s lastPhaseTransitionTime:*T
    PhotonPersistentDiskVolumeSource pdID:s! fsType=FSType:s
    Pod ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:PodSpec status:PodStatus
    PodAffinity requiredDuringSchedulingIgnoredDuringExecution:[]PodAffinityTerm
     preferredDuringSchedulingIgnoredDuringExecution:[]WeightedPodAffinityTerm
    PodAffinityTerm labelSelector:*LabelSelector namespaces:[]s topologyKey:s! namespaceSelector:*LabelSelector
     matchLabelKeys:[]s mismatchLabelKeys:[]s
    PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution:[]PodAffinityTerm
     preferredDuringSchedulingIgnoredDuringExecution:[]WeightedPodAffinityTerm
    PodCondition type:<v1.PodConditionType! status:<v1.ConditionStatus! lastProbeTime:T lastTransitionTime:T reason:s
     message:s
    PodDisruptionBudget ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:PodDisruptionBudgetSpec
     status:PodDisruptionBudgetStatus
    PodDisruptionBudgetSpec minAvailable:*I selector:*LabelSelector+ maxUnavailable:*I
     unhealthyPodEvictionPolicy:*<v1.UnhealthyPodEvictionPolicyType
    PodDisruptionBudgetStatus observedGeneration:l disruptedPods:{}T disruptionsAllowed:i! currentHealthy:i!
     desiredHealthy:i! expectedPods:i! conditions:[]Condition+type
    PodDNSConfig nameservers:[]s searches:[]s options:[]PodDNSConfigOption
    PodDNSConfigOption name:s value:*s
    PodFailurePolicy rules:[]PodFailurePolicyRule!
    PodFailurePolicyOnExitCodesRequirement containerName:*s operator:<v1.PodFailurePolicyOnExitCodesOperator!
     values:[]i!
    PodFailurePolicyOnPodConditionsPattern type:<v1.PodConditionType! status:<v1.ConditionStatus!
    PodFailurePolicyRule action:<v1.PodFailurePolicyAction! onExitCodes:*PodFailurePolicyOnExitCodesRequirement
     onPodConditions:[]PodFailurePolicyOnPodConditionsPattern
    PodIP ip=IP:s!
    PodMetrics ^TypeMeta metadata=ObjectMeta:ObjectMeta timestamp:T! window:D! containers:[]ContainerMetrics!
    PodOS name:<v1.OSName!
    PodReadinessGate conditionType:<v1.PodConditionType!
    PodResourceClaim name:s! resourceClaimName:*s resourceClaimTemplateName:*s
    PodResourceClaimStatus name:s! resourceClaimName:*s
    PodSchedulingGate name:s!
    PodSecurityContext seLinuxOptions=SELinuxOptions:*SELinuxOptions windowsOptions:*WindowsSecurityContextOptions
     runAsUser:*l runAsGroup:*l runAsNonRoot:*b supplementalGroups:[]l
     supplementalGroupsPolicy:*<v1.SupplementalGroupsPolicy fsGroup=FSGroup:*l sysctls:[]Sysctl
     fsGroupChangePolicy=FSGroupChangePolicy:*<v1.PodFSGroupChangePolicy seccompProfile:*SeccompProfile
     appArmorProfile:*AppArmorProfile seLinuxChangePolicy=SELinuxChangePolicy:*<v1.PodSELinuxChangePolicy
    PodSpec volumes:[]Volume+name% initContainers:[]Container+name containers:[]Container!+name
     ephemeralContainers:[]EphemeralContainer+name restartPolicy:<v1.RestartPolicy terminationGracePeriodSeconds:*l
     activeDeadlineSeconds:*l dnsPolicy=DNSPolicy:<v1.DNSPolicy nodeSelector:{}s serviceAccountName:s
     serviceAccount=DeprecatedServiceAccount:s automountServiceAccountToken:*b nodeName:s hostNetwork:b hostPID:b
     hostIPC:b shareProcessNamespace:*b securityContext:*PodSecurityContext imagePullSecrets:[]LocalObjectReference+name
     hostname:s subdomain:s affinity:*Affinity schedulerName:s tolerations:[]Toleration hostAliases:[]HostAlias+ip
     priorityClassName:s priority:*i dnsConfig=DNSConfig:*PodDNSConfig readinessGates:[]PodReadinessGate
     runtimeClassName:*s enableServiceLinks:*b preemptionPolicy:*<v1.PreemptionPolicy overhead:L
     topologySpreadConstraints:[]TopologySpreadConstraint+topologyKey setHostnameAsFQDN:*b os=OS:*PodOS hostUsers:*b
     schedulingGates:[]PodSchedulingGate+name resourceClaims:[]PodResourceClaim+name% resources:*ResourceRequirements
    PodStatus phase:<v1.PodPhase conditions:[]PodCondition+type message:s reason:s nominatedNodeName:s hostIP:s
     hostIPs:[]HostIP+ip podIP:s podIPs:[]PodIP+ip startTime:*T initContainerStatuses:[]ContainerStatus
     containerStatuses:[]ContainerStatus qosClass=QOSClass:<v1.PodQOSClass ephemeralContainerStatuses:[]ContainerStatus
     resize:<v1.PodResizeStatus resourceClaimStatuses:[]PodResourceClaimStatus+name%
    PodTemplate ^TypeMeta metadata=ObjectMeta:ObjectMeta template:PodTemplateSpec
    PodTemplateSpec metadata=ObjectMeta:ObjectMeta spec:PodSpec
    PolicyRule verbs:[]s! apiGroups=APIGroups:[]s resources:[]s resourceNames:[]s nonResourceURLs:[]s
    PortStatus port:i! protocol:<v1.Protocol! error:*s
    PortworxVolumeSource volumeID:s! fsType=FSType:s readOnly:b
    PreferredSchedulingTerm weight:i! preference:NodeSelectorTerm!
    PriorityClass ^TypeMeta metadata=ObjectMeta:ObjectMeta value:i! globalDefault:b description:s
     preemptionPolicy:*<v1.PreemptionPolicy
    Probe ^ProbeHandler initialDelaySeconds:i timeoutSeconds:i periodSeconds:i successThreshold:i failureThreshold:i
     terminationGracePeriodSeconds:*l
    ProbeHandler exec:*ExecAction httpGet=HTTPGet:*HTTPGetAction tcpSocket=TCPSocket:*TCPSocketAction
     grpc=GRPC:*GRPCAction
    ProjectedVolumeSource sources:[]VolumeProjection! defaultMode:*i
    QuobyteVolumeSource registry:s! volume:s! readOnly:b user:s group:s tenant:s
    RBDPersistentVolumeSource monitors=CephMonitors:[]s! image=RBDImage:s! fsType=FSType:s pool=RBDPool:s
     user=RadosUser:s keyring:s secretRef:*SecretReference readOnly:b
    RBDVolumeSource monitors=CephMonitors:[]s! image=RBDImage:s! fsType=FSType:s pool=RBDPool:s user=RadosUser:s
     keyring:s secretRef:*LocalObjectReference readOnly:b
    ReplicaSet ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:ReplicaSetSpec status:ReplicaSetStatus
    ReplicaSetCondition type:<v1.ReplicaSetConditionType! status:<v1.ConditionStatus! lastTransitionTime:T reason:s
     message:s
    ReplicaSetSpec replicas:*i minReadySeconds:i selector:*LabelSelector! template:PodTemplateSpec
    ReplicaSetStatus replicas:i! fullyLabeledReplicas:i readyReplicas:i availableReplicas:i observedGeneration:l
     conditions:[]ReplicaSetCondition+type
    ReplicationController ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:ReplicationControllerSpec
     status:ReplicationControllerStatus
    ReplicationControllerCondition type:<v1.ReplicationControllerConditionType! status:<v1.ConditionStatus!
     lastTransitionTime:T reason:s message:s
    ReplicationControllerSpec replicas:*i minReadySeconds:i selector:{}s template:*PodTemplateSpec
    ReplicationControllerStatus replicas:i! fullyLabeledReplicas:i readyReplicas:i availableReplicas:i
     observedGeneration:l conditions:[]ReplicationControllerCondition+type
    ResourceClaim name:s! request:s
    ResourceFieldSelector containerName:s resource:s! divisor:Q
    ResourceHealth resourceID:<v1.ResourceID! health:<v1.ResourceHealthStatus
    ResourceQuota ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:ResourceQuotaSpec status:ResourceQuotaStatus
    ResourceQuotaSpec hard:L scopes:[]<v1.ResourceQuotaScope scopeSelector:*ScopeSelector
    ResourceQuotaStatus hard:L used:L
    ResourceRequirements limits:L requests:L claims:[]ResourceClaim
    ResourceStatus name:<v1.ResourceName! resources:[]ResourceHealth
    Role ^TypeMeta metadata=ObjectMeta:ObjectMeta rules:[]PolicyRule!
    RoleBinding ^TypeMeta metadata=ObjectMeta:ObjectMeta subjects:[]Subject roleRef:RoleRef!
    RoleRef apiGroup=APIGroup:s! kind:s! name:s!
    RollingUpdateDaemonSet maxUnavailable:*I maxSurge:*I
    RollingUpdateDeployment maxUnavailable:*I maxSurge:*I
    RollingUpdateStatefulSetStrategy partition:*i maxUnavailable:*I
    RuntimeClass ^TypeMeta metadata=ObjectMeta:ObjectMeta handler:s! overhead:*Overhead scheduling:*Scheduling
    Scale ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:ScaleSpec status:ScaleStatus
    ScaleIOPersistentVolumeSource gateway:s! system:s! secretRef:*SecretReference! sslEnabled=SSLEnabled:b
     protectionDomain:s storagePool:s storageMode:s volumeName:s fsType=FSType:s readOnly:b
    ScaleIOVolumeSource gateway:s! system:s! secretRef:*LocalObjectReference! sslEnabled=SSLEnabled:b protectionDomain:s
     storagePool:s storageMode:s volumeName:s fsType=FSType:s readOnly:b
    ScaleSpec replicas:i
    ScaleStatus replicas:i! selector:s
    Scheduling nodeSelector:{}s tolerations:[]Toleration
    ScopedResourceSelectorRequirement scopeName:<v1.ResourceQuotaScope! operator:<v1.ScopeSelectorOperator! values:[]s
    ScopeSelector matchExpressions:[]ScopedResourceSelectorRequirement
    SeccompProfile type:<v1.SeccompProfileType! localhostProfile:*s
    Secret ^TypeMeta metadata=ObjectMeta:ObjectMeta immutable:*b data:{}B stringData:{}s type:<v1.SecretType
    SecretEnvSource ^LocalObjectReference optional:*b
    SecretKeySelector ^LocalObjectReference key:s! optional:*b
    SecretProjection ^LocalObjectReference items:[]KeyToPath optional:*b
    SecretReference name:s namespace:s
    SecretVolumeSource secretName:s items:[]KeyToPath defaultMode:*i optional:*b
    SecurityContext capabilities:*Capabilities privileged:*b seLinuxOptions=SELinuxOptions:*SELinuxOptions
     windowsOptions:*WindowsSecurityContextOptions runAsUser:*l runAsGroup:*l runAsNonRoot:*b readOnlyRootFilesystem:*b
     allowPrivilegeEscalation:*b procMount:*<v1.ProcMountType seccompProfile:*SeccompProfile
     appArmorProfile:*AppArmorProfile
    SELinuxOptions user:s role:s type:s level:s
    Service ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:ServiceSpec status:ServiceStatus
    ServiceAccount ^TypeMeta metadata=ObjectMeta:ObjectMeta secrets:[]ObjectReference+name
     imagePullSecrets:[]LocalObjectReference automountServiceAccountToken:*b
    ServiceAccountTokenProjection audience:s expirationSeconds:*l path:s!
    ServiceBackendPort name:s number:i
    ServicePort name:s protocol:<v1.Protocol appProtocol:*s port:i! targetPort:I nodePort:i
    ServiceReference namespace:s name:s port:*i
    ServiceSpec ports:[]ServicePort+port selector:{}s clusterIP:s clusterIPs:[]s type:<v1.ServiceType externalIPs:[]s
     sessionAffinity:<v1.ServiceAffinity loadBalancerIP:s loadBalancerSourceRanges:[]s externalName:s
     externalTrafficPolicy:<v1.ServiceExternalTrafficPolicy healthCheckNodePort:i publishNotReadyAddresses:b
     sessionAffinityConfig:*SessionAffinityConfig ipFamilies=IPFamilies:[]<v1.IPFamily
     ipFamilyPolicy=IPFamilyPolicy:*<v1.IPFamilyPolicy allocateLoadBalancerNodePorts:*b loadBalancerClass:*s
     internalTrafficPolicy:*<v1.ServiceInternalTrafficPolicy trafficDistribution:*s
    ServiceStatus loadBalancer:LoadBalancerStatus conditions:[]Condition+type
    SessionAffinityConfig clientIP:*ClientIPConfig
    SleepAction seconds:l!
    StatefulSet ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:StatefulSetSpec status:StatefulSetStatus
    StatefulSetCondition type:<v1.StatefulSetConditionType! status:<v1.ConditionStatus! lastTransitionTime:T reason:s
     message:s
    StatefulSetOrdinals start:i!
    StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted:<v1.PersistentVolumeClaimRetentionPolicyType
     whenScaled:<v1.PersistentVolumeClaimRetentionPolicyType
    StatefulSetSpec replicas:*i selector:*LabelSelector! template:PodTemplateSpec!
     volumeClaimTemplates:[]PersistentVolumeClaim serviceName:s! podManagementPolicy:<v1.PodManagementPolicyType
     updateStrategy:StatefulSetUpdateStrategy revisionHistoryLimit:*i minReadySeconds:i
     persistentVolumeClaimRetentionPolicy:*StatefulSetPersistentVolumeClaimRetentionPolicy ordinals:*StatefulSetOrdinals
    StatefulSetStatus observedGeneration:l replicas:i! readyReplicas:i currentReplicas:i updatedReplicas:i
     currentRevision:s updateRevision:s collisionCount:*i conditions:[]StatefulSetCondition+type availableReplicas:i!
    StatefulSetUpdateStrategy type:<v1.StatefulSetUpdateStrategyType rollingUpdate:*RollingUpdateStatefulSetStrategy
    StorageClass ^TypeMeta metadata=ObjectMeta:ObjectMeta provisioner:s! parameters:{}s
     reclaimPolicy:*<v1.PersistentVolumeReclaimPolicy mountOptions:[]s allowVolumeExpansion:*b
     volumeBindingMode:*<v1.VolumeBindingMode allowedTopologies:[]TopologySelectorTerm
    StorageOSPersistentVolumeSource volumeName:s volumeNamespace:s fsType=FSType:s readOnly:b secretRef:*ObjectReference
    StorageOSVolumeSource volumeName:s volumeNamespace:s fsType=FSType:s readOnly:b secretRef:*LocalObjectReference
    Subject kind:s! apiGroup=APIGroup:s name:s! namespace:s
    SuccessPolicy rules:[]SuccessPolicyRule!
    SuccessPolicyRule succeededIndexes:*s succeededCount:*i
    Sysctl name:s! value:s!
    Taint key:s! value:s effect:<v1.TaintEffect! timeAdded:*T
    TCPSocketAction port:I! host:s
    TokenRequest audience:s! expirationSeconds:*l
    Toleration key:s operator:<v1.TolerationOperator value:s effect:<v1.TaintEffect tolerationSeconds:*l
    TopologySelectorLabelRequirement key:s! values:[]s!
    TopologySelectorTerm matchLabelExpressions:[]TopologySelectorLabelRequirement
    TopologySpreadConstraint maxSkew:i! topologyKey:s! whenUnsatisfiable:<v1.UnsatisfiableConstraintAction!
     labelSelector:*LabelSelector minDomains:*i nodeAffinityPolicy:*<v1.NodeInclusionPolicy
     nodeTaintsPolicy:*<v1.NodeInclusionPolicy matchLabelKeys:[]s
    TypedLocalObjectReference apiGroup=APIGroup:*s! kind:s! name:s!
    TypedObjectReference apiGroup=APIGroup:*s! kind:s! name:s! namespace:*s
    TypeMeta kind:s apiVersion=APIVersion:s
    UncountedTerminatedPods succeeded:[]<types.UID failed:[]<types.UID
    v2.ContainerResourceMetricSource name:<v1.ResourceName! target:v2.MetricTarget! container:s!
    v2.ContainerResourceMetricStatus name:<v1.ResourceName! current:v2.MetricValueStatus! container:s!
    v2.CrossVersionObjectReference kind:s! name:s! apiVersion=APIVersion:s
    v2.ExternalMetricSource metric:v2.MetricIdentifier! target:v2.MetricTarget!
    v2.ExternalMetricStatus metric:v2.MetricIdentifier! current:v2.MetricValueStatus!
    v2.HorizontalPodAutoscaler ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:v2.HorizontalPodAutoscalerSpec
     status:v2.HorizontalPodAutoscalerStatus
    v2.HorizontalPodAutoscalerBehavior scaleUp:*v2.HPAScalingRules scaleDown:*v2.HPAScalingRules
    v2.HorizontalPodAutoscalerCondition type:<v2.HorizontalPodAutoscalerConditionType! status:<v1.ConditionStatus!
     lastTransitionTime:T reason:s message:s
    v2.HorizontalPodAutoscalerSpec scaleTargetRef:v2.CrossVersionObjectReference! minReplicas:*i maxReplicas:i!
     metrics:[]v2.MetricSpec behavior:*v2.HorizontalPodAutoscalerBehavior
    v2.HorizontalPodAutoscalerStatus observedGeneration:*l lastScaleTime:*T currentReplicas:i desiredReplicas:i!
     currentMetrics:[]v2.MetricStatus! conditions:[]v2.HorizontalPodAutoscalerCondition+type
    v2.HPAScalingPolicy type:<v2.HPAScalingPolicyType! value:i! periodSeconds:i!
    v2.HPAScalingRules stabilizationWindowSeconds:*i selectPolicy:*<v2.ScalingPolicySelect
     policies:*[]v2.HPAScalingPolicy
    v2.MetricIdentifier name:s! selector:*LabelSelector
    v2.MetricSpec type:<v2.MetricSourceType! object:*v2.ObjectMetricSource pods:*v2.PodsMetricSource
     resource:*v2.ResourceMetricSource containerResource:*v2.ContainerResourceMetricSource
     external:*v2.ExternalMetricSource
    v2.MetricStatus type:<v2.MetricSourceType! object:*v2.ObjectMetricStatus pods:*v2.PodsMetricStatus
     resource:*v2.ResourceMetricStatus containerResource:*v2.ContainerResourceMetricStatus
     external:*v2.ExternalMetricStatus
    v2.MetricTarget type:<v2.MetricTargetType! value:*Q averageValue:*Q averageUtilization:*i
    v2.MetricValueStatus value:*Q averageValue:*Q averageUtilization:*i
    v2.ObjectMetricSource describedObject:v2.CrossVersionObjectReference! target:v2.MetricTarget!
     metric:v2.MetricIdentifier!
    v2.ObjectMetricStatus metric:v2.MetricIdentifier! current:v2.MetricValueStatus!
     describedObject:v2.CrossVersionObjectReference!
    v2.PodsMetricSource metric:v2.MetricIdentifier! target:v2.MetricTarget!
    v2.PodsMetricStatus metric:v2.MetricIdentifier! current:v2.MetricValueStatus!
    v2.ResourceMetricSource name:<v1.ResourceName! target:v2.MetricTarget!
    v2.ResourceMetricStatus name:<v1.ResourceName! current:v2.MetricValueStatus!
    Volume name:s! ^VolumeSource
    VolumeAttachment ^TypeMeta metadata=ObjectMeta:ObjectMeta spec:VolumeAttachmentSpec! status:VolumeAttachmentStatus
    VolumeAttachmentSource persistentVolumeName:*s inlineVolumeSpec:*PersistentVolumeSpec
    VolumeAttachmentSpec attacher:s! source:VolumeAttachmentSource! nodeName:s!
    VolumeAttachmentStatus attached:b! attachmentMetadata:{}s attachError:*VolumeError detachError:*VolumeError
    VolumeDevice name:s! devicePath:s!
    VolumeError time:T message:s
    VolumeMount name:s! readOnly:b recursiveReadOnly:*<v1.RecursiveReadOnlyMode mountPath:s! subPath:s
     mountPropagation:*<v1.MountPropagationMode subPathExpr:s
    VolumeMountStatus name:s! mountPath:s! readOnly:b recursiveReadOnly:*<v1.RecursiveReadOnlyMode
    VolumeNodeAffinity required:*NodeSelector
    VolumeNodeResources count:*i
    VolumeProjection secret:*SecretProjection downwardAPI:*DownwardAPIProjection configMap:*ConfigMapProjection
     serviceAccountToken:*ServiceAccountTokenProjection clusterTrustBundle:*ClusterTrustBundleProjection
    VolumeResourceRequirements limits:L requests:L
    VolumeSource hostPath:*HostPathVolumeSource emptyDir:*EmptyDirVolumeSource
     gcePersistentDisk=GCEPersistentDisk:*GCEPersistentDiskVolumeSource
     awsElasticBlockStore=AWSElasticBlockStore:*AWSElasticBlockStoreVolumeSource gitRepo:*GitRepoVolumeSource
     secret:*SecretVolumeSource nfs=NFS:*NFSVolumeSource iscsi=ISCSI:*ISCSIVolumeSource glusterfs:*GlusterfsVolumeSource
     persistentVolumeClaim:*PersistentVolumeClaimVolumeSource rbd=RBD:*RBDVolumeSource flexVolume:*FlexVolumeSource
     cinder:*CinderVolumeSource cephfs=CephFS:*CephFSVolumeSource flocker:*FlockerVolumeSource
     downwardAPI:*DownwardAPIVolumeSource fc=FC:*FCVolumeSource azureFile:*AzureFileVolumeSource
     configMap:*ConfigMapVolumeSource vsphereVolume:*VsphereVirtualDiskVolumeSource quobyte:*QuobyteVolumeSource
     azureDisk:*AzureDiskVolumeSource photonPersistentDisk:*PhotonPersistentDiskVolumeSource
     projected:*ProjectedVolumeSource portworxVolume:*PortworxVolumeSource scaleIO:*ScaleIOVolumeSource
     storageos=StorageOS:*StorageOSVolumeSource csi=CSI:*CSIVolumeSource ephemeral:*EphemeralVolumeSource
     image:*ImageVolumeSource
    VsphereVirtualDiskVolumeSource volumePath:s! fsType=FSType:s storagePolicyName:s storagePolicyID:s
    WeightedPodAffinityTerm weight:i! podAffinityTerm:PodAffinityTerm!
    WindowsSecurityContextOptions gmsaCredentialSpecName=GMSACredentialSpecName:*s
     gmsaCredentialSpec=GMSACredentialSpec:*s runAsUserName:*s hostProcess:*b
    """
}
