//! What the volumes of `ConfigMap`s, Secrets and the Pod's own fields hold.
//!
//! Models `pkg/volume/{configmap,secret,downwardapi,projected}` `MakePayload`, `CollectData`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::api::config::{ConfigMap, Secret};
use crate::api::meta::StringMap;
use crate::api::pod::Pod;
use crate::api::volume::{
    ConfigMapVolumeSource, DownwardApiVolumeFile, KeyToPath, ProjectedVolumeSource,
};
use crate::machine::fs::bytes::Bytes;
use crate::sim::cluster::Cluster;
use crate::sim::random::hex_of;

use super::fields;

/// The mode of files without one.
const MODE: i32 = 0o644;

/// A file to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its path within the volume.
    pub path: String,
    /// What it holds.
    pub content: Bytes,
    /// Its permission bits.
    pub mode: u16,
    /// Its owner.
    pub uid: u32,
}

/// A `ConfigMap`'s keys.
pub fn config_map(
    cluster: &Cluster,
    namespace: &str,
    source: &ConfigMapVolumeSource,
    default_mode: Option<i32>,
) -> Result<Vec<Item>, String> {
    let optional = source.optional == Some(true);
    let Some(map) = cluster.get::<ConfigMap>(namespace, &source.name) else {
        let missing = || format!("configmap \"{}\" not found", source.name);
        return if optional { Ok(Vec::new()) } else { Err(missing()) };
    };
    let text = map.data.iter().map(|(key, text)| (key.as_str(), Bytes::from(text.as_str())));
    let binary = map.binary_data.iter().map(|(key, text)| (key.as_str(), decoded(text)));
    let all: Vec<(&str, Bytes)> = text.chain(binary).collect();
    chosen(&all, &source.items, default_mode, optional)
        .map_err(|key| format!("configmap references non-existent config key: {key}"))
}

/// A Secret's keys.
pub fn secret(
    cluster: &Cluster,
    namespace: &str,
    source: (&str, &[KeyToPath], bool),
    default_mode: Option<i32>,
) -> Result<Vec<Item>, String> {
    let (name, items, optional) = source;
    let Some(secret) = cluster.get::<Secret>(namespace, name) else {
        let missing = || format!("secret \"{name}\" not found");
        return if optional { Ok(Vec::new()) } else { Err(missing()) };
    };
    let all: Vec<(String, Bytes)> = secret_values(secret).collect();
    let all: Vec<(&str, Bytes)> =
        all.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    chosen(&all, items, default_mode, optional)
        .map_err(|key| format!("references non-existent secret key: {key}"))
}

/// A Secret's values, decoded.
pub fn secret_values(secret: &Secret) -> impl Iterator<Item = (String, Bytes)> {
    let plain = |map: &StringMap| {
        let values = map.iter().map(|(key, text)| (key.clone(), Bytes::from(text.as_str())));
        values.collect::<Vec<_>>()
    };
    let coded = secret.data.iter().filter(|(key, _)| !secret.string_data.contains_key(*key));
    let coded: Vec<(String, Bytes)> =
        coded.map(|(key, text)| (key.clone(), decoded(text))).collect();
    coded.into_iter().chain(plain(&secret.string_data))
}

/// The Pod's own fields.
pub fn downward(
    cluster: &Cluster,
    pod: &Pod,
    items: &[DownwardApiVolumeFile],
    default_mode: Option<i32>,
) -> Result<Vec<Item>, String> {
    items
        .iter()
        .map(|item| {
            let value = match (&item.field_ref, &item.resource_field_ref) {
                (Some(field), _) => fields::field(cluster, pod, &field.field_path),
                (None, Some(resource)) => fields::resource(cluster, pod, None, resource),
                (None, None) => Ok(String::new()),
            }?;
            Ok(file(&item.path, value.as_str().into(), item.mode.or(default_mode)))
        })
        .collect()
}

/// All sources of a projected volume; all that is wrong is named together.
pub fn projected(
    cluster: &Cluster,
    pod: &Pod,
    source: &ProjectedVolumeSource,
) -> Result<Vec<Item>, String> {
    let namespace = &pod.metadata.namespace;
    let mode = source.default_mode;
    let (mut items, mut errors): (Vec<Item>, Vec<String>) = (Vec::new(), Vec::new());
    for source in &source.sources {
        let map = source.config_map.as_ref().map(|map| config_map(cluster, namespace, map, mode));
        let secrets = source.secret.as_ref().map(|from| {
            let optional = from.optional == Some(true);
            secret(cluster, namespace, (&from.name, &from.items, optional), mode)
        });
        let downward =
            source.downward_api.as_ref().map(|own| downward(cluster, pod, &own.items, mode));
        let token = source.service_account_token.as_ref().map(|token| {
            Ok(vec![Item {
                uid: token_owner(pod),
                ..file(&token.path, self::token(pod), Some(token_mode(pod)))
            }])
        });
        for collected in [map, secrets, downward, token].into_iter().flatten() {
            match collected {
                Ok(found) => items.extend(found),
                Err(why) => errors.push(why),
            }
        }
    }
    match errors.as_slice() {
        [] => Ok(items),
        [one] => Err(one.clone()),
        many => Err(format!("[{}]", many.join(", "))),
    }
}

/// Whether all sources of a projected volume are there.
pub fn check_projected(
    cluster: &Cluster,
    pod: &Pod,
    source: &ProjectedVolumeSource,
) -> Result<(), String> {
    let namespace = &pod.metadata.namespace;
    let is_missing = |map: &&ConfigMapVolumeSource| {
        map.optional != Some(true) && cluster.get::<ConfigMap>(namespace, &map.name).is_none()
    };
    let maps = source.sources.iter().filter_map(|source| source.config_map.as_ref());
    match maps.into_iter().find(is_missing) {
        Some(map) => Err(format!("configmap \"{}\" not found", map.name)),
        None => Ok(()),
    }
}

/// A token in the shape of a real one, made up from the Pod.
fn token(pod: &Pod) -> Bytes {
    let url = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let account = &pod.spec.service_account_name;
    let namespace = &pod.metadata.namespace;
    let head = url.encode("{\"alg\":\"RS256\",\"kid\":\"volume-lab\"}");
    let subject = format!("system:serviceaccount:{namespace}:{account}");
    let body = url.encode(format!("{{\"iss\":\"kubernetes\",\"sub\":\"{subject}\"}}"));
    let signature = url.encode(hex_of(&pod.metadata.uid, 48));
    format!("{head}.{body}.{signature}").as_str().into()
}

/// The user of all containers, if they agree on one (`util.FSUser`).
fn common_user(pod: &Pod) -> Option<u32> {
    let own = pod.spec.security_context.as_ref().and_then(|context| context.run_as_user);
    let mut users = pod.spec.init_containers.iter().chain(&pod.spec.containers).map(|container| {
        let context = container.security_context.as_ref();
        context.and_then(|context| context.run_as_user).or(own)
    });
    let first = users.next()??;
    users.all(|user| user == Some(first)).then(|| u32::try_from(first).ok()).flatten()
}

fn token_owner(pod: &Pod) -> u32 {
    let group = pod.spec.security_context.as_ref().and_then(|context| context.fs_group);
    if group.is_some() { 0 } else { common_user(pod).unwrap_or(0) }
}

fn token_mode(pod: &Pod) -> i32 {
    let group = pod.spec.security_context.as_ref().and_then(|context| context.fs_group);
    if group.is_some() || common_user(pod).is_some() { 0o600 } else { MODE }
}

/// The listed keys, or all of them; the error is a key that is not there.
fn chosen(
    all: &[(&str, Bytes)],
    items: &[KeyToPath],
    default_mode: Option<i32>,
    optional: bool,
) -> Result<Vec<Item>, String> {
    if items.is_empty() {
        return Ok(all.iter().map(|(key, value)| file(key, value.clone(), default_mode)).collect());
    }
    let mut files = Vec::new();
    for item in items {
        match all.iter().find(|(key, _)| *key == item.key) {
            Some((_, value)) => {
                files.push(file(&item.path, value.clone(), item.mode.or(default_mode)));
            }
            None if optional => {}
            None => return Err(item.key.clone()),
        }
    }
    Ok(files)
}

fn file(path: &str, content: Bytes, mode: Option<i32>) -> Item {
    let mode = u16::try_from(mode.unwrap_or(MODE)).unwrap_or(0o644) & 0o777;
    Item { path: path.to_owned(), content, mode, uid: 0 }
}

fn decoded(text: &str) -> Bytes {
    let packed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(packed).unwrap_or_default().into()
}
