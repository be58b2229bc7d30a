//! Containers and what they are doing (`k8s.io/api/core/v1`).

use serde_json::Value;

use super::quantity::Quantity;
use super::record::record;
use super::sorted::SortedMap;
use super::time::SimTime;
use super::volume::{ConfigMapKeySelector, ObjectFieldSelector, ResourceFieldSelector};

record! {
    /// A process with an image of its own.
    Container {
        name: String = "name",
        image: String = "image",
        command: Vec<String> = "command",
        args: Vec<String> = "args",
        working_dir: String = "workingDir",
        ports: Vec<ContainerPort> = "ports",
        env_from: Vec<EnvFromSource> = "envFrom",
        env: Vec<EnvVar> = "env",
        resources: ResourceRequirements = "resources",
        restart_policy: Option<String> = "restartPolicy",
        volume_mounts: Vec<VolumeMount> = "volumeMounts",
        volume_devices: Vec<VolumeDevice> = "volumeDevices",
        liveness_probe: Option<Probe> = "livenessProbe",
        readiness_probe: Option<Probe> = "readinessProbe",
        startup_probe: Option<Probe> = "startupProbe",
        lifecycle: Option<Lifecycle> = "lifecycle",
        termination_message_path: String = "terminationMessagePath",
        termination_message_policy: String = "terminationMessagePolicy",
        image_pull_policy: String = "imagePullPolicy",
        security_context: Option<SecurityContext> = "securityContext",
    }
    /// A port that the container listens on.
    ContainerPort {
        name: String = "name",
        host_port: i32 = "hostPort",
        container_port: i32 = "containerPort",
        protocol: String = "protocol",
    }
    /// An environment variable.
    EnvVar {
        name: String = "name",
        value: String = "value",
        value_from: Option<EnvVarSource> = "valueFrom",
    }
    /// Where a variable's value comes from.
    EnvVarSource {
        field_ref: Option<ObjectFieldSelector> = "fieldRef",
        resource_field_ref: Option<ResourceFieldSelector> = "resourceFieldRef",
        config_map_key_ref: Option<ConfigMapKeySelector> = "configMapKeyRef",
        secret_key_ref: Option<ConfigMapKeySelector> = "secretKeyRef",
    }
    /// All keys of an object as variables.
    EnvFromSource {
        prefix: String = "prefix",
        config_map_ref: Option<OptionalReference> = "configMapRef",
        secret_ref: Option<OptionalReference> = "secretRef",
    }
    /// A reference that may be allowed to fail.
    OptionalReference { name: String = "name", optional: Option<bool> = "optional" }
    /// What the container needs and may use at most.
    ResourceRequirements {
        limits: SortedMap<String, Quantity> = "limits",
        requests: SortedMap<String, Quantity> = "requests",
    }
    /// A volume at a path.
    VolumeMount {
        name: String = "name",
        read_only: bool = "readOnly",
        mount_path: String = "mountPath",
        sub_path: String = "subPath",
        sub_path_expr: String = "subPathExpr",
        mount_propagation: Option<String> = "mountPropagation",
    }
    /// A block volume at a device path.
    VolumeDevice { name: String = "name", device_path: String = "devicePath" }
    /// A question that the kubelet asks again and again.
    Probe {
        exec: Option<ExecAction> = "exec",
        http_get: Option<HttpGetAction> = "httpGet",
        tcp_socket: Option<TcpSocketAction> = "tcpSocket",
        initial_delay_seconds: i32 = "initialDelaySeconds",
        timeout_seconds: i32 = "timeoutSeconds",
        period_seconds: i32 = "periodSeconds",
        success_threshold: i32 = "successThreshold",
        failure_threshold: i32 = "failureThreshold",
        termination_grace_period_seconds: Option<i64> = "terminationGracePeriodSeconds",
    }
    /// A command.
    ExecAction { command: Vec<String> = "command" }
    /// A web request; the port is a number or a name.
    HttpGetAction {
        path: String = "path",
        port: Value = "port",
        host: String = "host",
        scheme: String = "scheme",
    }
    /// A connection; the port is a number or a name.
    TcpSocketAction { port: Value = "port", host: String = "host" }
    /// What is done after the start and before the end.
    Lifecycle {
        post_start: Option<LifecycleHandler> = "postStart",
        pre_stop: Option<LifecycleHandler> = "preStop",
        stop_signal: Option<String> = "stopSignal",
    }
    /// One such action.
    LifecycleHandler {
        exec: Option<ExecAction> = "exec",
        http_get: Option<HttpGetAction> = "httpGet",
        sleep: Option<SleepAction> = "sleep",
    }
    /// A pause.
    SleepAction { seconds: i64 = "seconds" }
    /// User, group and rights of one container.
    SecurityContext {
        privileged: Option<bool> = "privileged",
        run_as_user: Option<i64> = "runAsUser",
        run_as_group: Option<i64> = "runAsGroup",
        run_as_non_root: Option<bool> = "runAsNonRoot",
        read_only_root_filesystem: Option<bool> = "readOnlyRootFilesystem",
        allow_privilege_escalation: Option<bool> = "allowPrivilegeEscalation",
    }
    /// What a container is doing.
    ContainerStatus {
        name: String = "name",
        state: ContainerState = "state",
        last_state: Option<ContainerState> = "lastState",
        ready: bool = "ready",
        restart_count: i32 = "restartCount",
        image: String = "image",
        image_id: String = "imageID",
        container_id: String = "containerID",
        started: Option<bool> = "started",
        volume_mounts: Vec<VolumeMountStatus> = "volumeMounts",
    }
    /// One of the three states.
    ContainerState {
        waiting: Option<ContainerStateWaiting> = "waiting",
        running: Option<ContainerStateRunning> = "running",
        terminated: Option<ContainerStateTerminated> = "terminated",
    }
    /// Not yet, or not again.
    ContainerStateWaiting { reason: String = "reason", message: String = "message" }
    /// Since when it runs.
    ContainerStateRunning { started_at: Option<SimTime> = "startedAt" }
    /// How and when it ended.
    ContainerStateTerminated {
        exit_code: Option<i32> = "exitCode",
        signal: i32 = "signal",
        reason: String = "reason",
        message: String = "message",
        started_at: Option<SimTime> = "startedAt",
        finished_at: Option<SimTime> = "finishedAt",
        container_id: String = "containerID",
    }
    /// How a mount came out.
    VolumeMountStatus {
        name: String = "name",
        mount_path: String = "mountPath",
        read_only: bool = "readOnly",
        recursive_read_only: Option<String> = "recursiveReadOnly",
    }
}
