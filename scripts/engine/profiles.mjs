// The engines that the tests run against. They differ in hashes, exit codes, events and how images are kept.
export const profiles = [
  { name: 'docker-26.1', suite: 'trixie', daemon: {} },
  { name: 'docker-28.5', suite: 'sid', daemon: {} },
  { name: 'docker-28.5-containerd', suite: 'sid', daemon: { features: { 'containerd-snapshotter': true } } },
];

/** The suite whose client and Compose go into the base image. */
export const newestSuite = 'sid';

export function selectProfiles(names) {
  if (names.length === 0) return profiles;
  return names.map(name => {
    const profile = profiles.find(candidate => candidate.name === name);
    if (!profile) {
      throw new Error(`There is no profile ${name}; there are ${profiles.map(each => each.name).join(', ')}`);
    }
    return profile;
  });
}
