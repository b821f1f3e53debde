/** The labels that Compose puts on what it creates, `com.docker.compose.*`. */
export const composeLabels = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  configHash: 'com.docker.compose.config-hash',
  version: 'com.docker.compose.version',
  oneOff: 'com.docker.compose.oneoff',
  /** On a container that was made in another's place: the name it takes over. */
  replace: 'com.docker.compose.replace',
  workingDirectory: 'com.docker.compose.project.working_dir',
  configFiles: 'com.docker.compose.project.config_files',
  environmentFile: 'com.docker.compose.project.environment_file',
} as const;
