import type { Schema } from './schema-check.ts';

/**
 * The published schema of compose files as Compose 2.40 has it, without descriptions.
 *
 * @see https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json (Apache License 2.0)
 */
export const schema: Schema = {
  additionalProperties: false,
  definitions: {
    blkio_limit: {
      additionalProperties: false,
      properties: { path: { type: 'string' }, rate: { type: ['integer', 'string'] } },
      type: 'object',
    },
    blkio_weight: {
      additionalProperties: false,
      properties: { path: { type: 'string' }, weight: { type: ['integer', 'string'] } },
      type: 'object',
    },
    command: { oneOf: [{ type: 'null' }, { type: 'string' }, { items: { type: 'string' }, type: 'array' }] },
    config: {
      additionalProperties: false,
      patternProperties: { '^x-': {} },
      properties: {
        content: { type: 'string' },
        environment: { type: 'string' },
        external: { properties: { name: { type: 'string' } }, type: ['boolean', 'string', 'object'] },
        file: { type: 'string' },
        labels: { $ref: '#/definitions/list_or_dict' },
        name: { type: 'string' },
        template_driver: { type: 'string' },
      },
      type: 'object',
    },
    deployment: {
      additionalProperties: false,
      patternProperties: { '^x-': {} },
      properties: {
        endpoint_mode: { type: 'string' },
        labels: { $ref: '#/definitions/list_or_dict' },
        mode: { type: 'string' },
        placement: {
          additionalProperties: false,
          patternProperties: { '^x-': {} },
          properties: {
            constraints: { items: { type: 'string' }, type: 'array' },
            max_replicas_per_node: { type: ['integer', 'string'] },
            preferences: {
              items: {
                additionalProperties: false,
                patternProperties: { '^x-': {} },
                properties: { spread: { type: 'string' } },
                type: 'object',
              },
              type: 'array',
            },
          },
          type: 'object',
        },
        replicas: { type: ['integer', 'string'] },
        resources: {
          additionalProperties: false,
          patternProperties: { '^x-': {} },
          properties: {
            limits: {
              additionalProperties: false,
              patternProperties: { '^x-': {} },
              properties: {
                cpus: { type: ['number', 'string'] },
                memory: { type: 'string' },
                pids: { type: ['integer', 'string'] },
              },
              type: 'object',
            },
            reservations: {
              additionalProperties: false,
              patternProperties: { '^x-': {} },
              properties: {
                cpus: { type: ['number', 'string'] },
                devices: { $ref: '#/definitions/devices' },
                generic_resources: { $ref: '#/definitions/generic_resources' },
                memory: { type: 'string' },
              },
              type: 'object',
            },
          },
          type: 'object',
        },
        restart_policy: {
          additionalProperties: false,
          patternProperties: { '^x-': {} },
          properties: {
            condition: { type: 'string' },
            delay: { type: 'string' },
            max_attempts: { type: ['integer', 'string'] },
            window: { type: 'string' },
          },
          type: 'object',
        },
        rollback_config: {
          additionalProperties: false,
          patternProperties: { '^x-': {} },
          properties: {
            delay: { type: 'string' },
            failure_action: { type: 'string' },
            max_failure_ratio: { type: ['number', 'string'] },
            monitor: { type: 'string' },
            order: { enum: ['start-first', 'stop-first'], type: 'string' },
            parallelism: { type: ['integer', 'string'] },
          },
          type: 'object',
        },
        update_config: {
          additionalProperties: false,
          patternProperties: { '^x-': {} },
          properties: {
            delay: { type: 'string' },
            failure_action: { type: 'string' },
            max_failure_ratio: { type: ['number', 'string'] },
            monitor: { type: 'string' },
            order: { enum: ['start-first', 'stop-first'], type: 'string' },
            parallelism: { type: ['integer', 'string'] },
          },
          type: 'object',
        },
      },
      type: ['object', 'null'],
    },
    development: {
      additionalProperties: false,
      patternProperties: { '^x-': {} },
      properties: {
        watch: {
          items: {
            additionalProperties: false,
            patternProperties: { '^x-': {} },
            properties: {
              action: { enum: ['rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'], type: 'string' },
              exec: { $ref: '#/definitions/service_hook' },
              ignore: { $ref: '#/definitions/string_or_list' },
              include: { $ref: '#/definitions/string_or_list' },
              initial_sync: { type: 'boolean' },
              path: { type: 'string' },
              target: { type: 'string' },
            },
            required: ['path', 'action'],
            type: 'object',
          },
          type: 'array',
        },
      },
      type: ['object', 'null'],
    },
    devices: {
      items: {
        additionalProperties: false,
        patternProperties: { '^x-': {} },
        properties: {
          capabilities: { $ref: '#/definitions/list_of_strings' },
          count: { type: ['string', 'integer'] },
          device_ids: { $ref: '#/definitions/list_of_strings' },
          driver: { type: 'string' },
          options: { $ref: '#/definitions/list_or_dict' },
        },
        required: ['capabilities'],
        type: 'object',
      },
      type: 'array',
    },
    env_file: {
      oneOf: [
        { type: 'string' },
        {
          items: {
            oneOf: [
              { type: 'string' },
              {
                additionalProperties: false,
                properties: {
                  format: { type: 'string' },
                  path: { type: 'string' },
                  required: { type: ['boolean', 'string'] },
                },
                required: ['path'],
                type: 'object',
              },
            ],
          },
          type: 'array',
        },
      ],
    },
    extra_hosts: {
      oneOf: [
        {
          additionalProperties: false,
          patternProperties: {
            '.+': { oneOf: [{ type: 'string' }, { items: { type: 'string' }, type: 'array', uniqueItems: false }] },
          },
          type: 'object',
        },
        { items: { type: 'string' }, type: 'array', uniqueItems: true },
      ],
    },
    generic_resources: {
      items: {
        additionalProperties: false,
        patternProperties: { '^x-': {} },
        properties: {
          discrete_resource_spec: {
            additionalProperties: false,
            patternProperties: { '^x-': {} },
            properties: { kind: { type: 'string' }, value: { type: ['number', 'string'] } },
            type: 'object',
          },
        },
        type: 'object',
      },
      type: 'array',
    },
    gpus: {
      oneOf: [
        { enum: ['all'], type: 'string' },
        {
          additionalProperties: false,
          items: {
            properties: {
              capabilities: { $ref: '#/definitions/list_of_strings' },
              count: { type: ['string', 'integer'] },
              device_ids: { $ref: '#/definitions/list_of_strings' },
              driver: { type: 'string' },
              options: { $ref: '#/definitions/list_or_dict' },
            },
            type: 'object',
          },
          patternProperties: { '^x-': {} },
          type: 'array',
        },
      ],
    },
    healthcheck: {
      additionalProperties: false,
      patternProperties: { '^x-': {} },
      properties: {
        disable: { type: ['boolean', 'string'] },
        interval: { type: 'string' },
        retries: { type: ['number', 'string'] },
        start_interval: { type: 'string' },
        start_period: { type: 'string' },
        test: { oneOf: [{ type: 'string' }, { items: { type: 'string' }, type: 'array' }] },
        timeout: { type: 'string' },
      },
      type: 'object',
    },
    include: {
      oneOf: [
        { type: 'string' },
        {
          additionalProperties: false,
          properties: {
            env_file: { $ref: '#/definitions/string_or_list' },
            path: { $ref: '#/definitions/string_or_list' },
            project_directory: { type: 'string' },
          },
          type: 'object',
        },
      ],
    },
    label_file: { oneOf: [{ type: 'string' }, { items: { type: 'string' }, type: 'array' }] },
    list_of_strings: { items: { type: 'string' }, type: 'array', uniqueItems: true },
    list_or_dict: {
      oneOf: [
        {
          additionalProperties: false,
          patternProperties: { '.+': { type: ['string', 'number', 'boolean', 'null'] } },
          type: 'object',
        },
        { items: { type: 'string' }, type: 'array', uniqueItems: true },
      ],
    },
    model: {
      additionalProperties: false,
      patternProperties: { '^x-': {} },
      properties: {
        context_size: { type: 'integer' },
        model: { type: 'string' },
        name: { type: 'string' },
        runtime_flags: { items: { type: 'string' }, type: 'array' },
      },
      required: ['model'],
      type: 'object',
    },
    network: {
      additionalProperties: false,
      patternProperties: { '^x-': {} },
      properties: {
        attachable: { type: ['boolean', 'string'] },
        driver: { type: 'string' },
        driver_opts: { patternProperties: { '^.+$': { type: ['string', 'number'] } }, type: 'object' },
        enable_ipv4: { type: ['boolean', 'string'] },
        enable_ipv6: { type: ['boolean', 'string'] },
        external: {
          additionalProperties: false,
          patternProperties: { '^x-': {} },
          properties: { name: { type: 'string' } },
          type: ['boolean', 'string', 'object'],
        },
        internal: { type: ['boolean', 'string'] },
        ipam: {
          additionalProperties: false,
          patternProperties: { '^x-': {} },
          properties: {
            config: {
              items: {
                additionalProperties: false,
                patternProperties: { '^x-': {} },
                properties: {
                  aux_addresses: {
                    additionalProperties: false,
                    patternProperties: { '^.+$': { type: 'string' } },
                    type: 'object',
                  },
                  gateway: { type: 'string' },
                  ip_range: { type: 'string' },
                  subnet: { type: 'string' },
                },
                type: 'object',
              },
              type: 'array',
            },
            driver: { type: 'string' },
            options: { additionalProperties: false, patternProperties: { '^.+$': { type: 'string' } }, type: 'object' },
          },
          type: 'object',
        },
        labels: { $ref: '#/definitions/list_or_dict' },
        name: { type: 'string' },
      },
      type: ['object', 'null'],
    },
    secret: {
      additionalProperties: false,
      patternProperties: { '^x-': {} },
      properties: {
        driver: { type: 'string' },
        driver_opts: { patternProperties: { '^.+$': { type: ['string', 'number'] } }, type: 'object' },
        environment: { type: 'string' },
        external: { properties: { name: { type: 'string' } }, type: ['boolean', 'string', 'object'] },
        file: { type: 'string' },
        labels: { $ref: '#/definitions/list_or_dict' },
        name: { type: 'string' },
        template_driver: { type: 'string' },
      },
      type: 'object',
    },
    service: {
      additionalProperties: false,
      patternProperties: { '^x-': {} },
      properties: {
        annotations: { $ref: '#/definitions/list_or_dict' },
        attach: { type: ['boolean', 'string'] },
        blkio_config: {
          additionalProperties: false,
          properties: {
            device_read_bps: { items: { $ref: '#/definitions/blkio_limit' }, type: 'array' },
            device_read_iops: { items: { $ref: '#/definitions/blkio_limit' }, type: 'array' },
            device_write_bps: { items: { $ref: '#/definitions/blkio_limit' }, type: 'array' },
            device_write_iops: { items: { $ref: '#/definitions/blkio_limit' }, type: 'array' },
            weight: { type: ['integer', 'string'] },
            weight_device: { items: { $ref: '#/definitions/blkio_weight' }, type: 'array' },
          },
          type: 'object',
        },
        build: {
          oneOf: [
            { type: 'string' },
            {
              additionalProperties: false,
              patternProperties: { '^x-': {} },
              properties: {
                additional_contexts: { $ref: '#/definitions/list_or_dict' },
                args: { $ref: '#/definitions/list_or_dict' },
                cache_from: { items: { type: 'string' }, type: 'array' },
                cache_to: { items: { type: 'string' }, type: 'array' },
                context: { type: 'string' },
                dockerfile: { type: 'string' },
                dockerfile_inline: { type: 'string' },
                entitlements: { items: { type: 'string' }, type: 'array' },
                extra_hosts: { $ref: '#/definitions/extra_hosts' },
                isolation: { type: 'string' },
                labels: { $ref: '#/definitions/list_or_dict' },
                network: { type: 'string' },
                no_cache: { type: ['boolean', 'string'] },
                platforms: { items: { type: 'string' }, type: 'array' },
                privileged: { type: ['boolean', 'string'] },
                provenance: { type: ['string', 'boolean'] },
                pull: { type: ['boolean', 'string'] },
                sbom: { type: ['string', 'boolean'] },
                secrets: { $ref: '#/definitions/service_config_or_secret' },
                shm_size: { type: ['integer', 'string'] },
                ssh: { $ref: '#/definitions/list_or_dict' },
                tags: { items: { type: 'string' }, type: 'array' },
                target: { type: 'string' },
                ulimits: { $ref: '#/definitions/ulimits' },
              },
              type: 'object',
            },
          ],
        },
        cap_add: { items: { type: 'string' }, type: 'array', uniqueItems: true },
        cap_drop: { items: { type: 'string' }, type: 'array', uniqueItems: true },
        cgroup: { enum: ['host', 'private'], type: 'string' },
        cgroup_parent: { type: 'string' },
        command: { $ref: '#/definitions/command' },
        configs: { $ref: '#/definitions/service_config_or_secret' },
        container_name: { pattern: '[a-zA-Z0-9][a-zA-Z0-9_.-]+', type: 'string' },
        cpu_count: { oneOf: [{ type: 'string' }, { minimum: 0, type: 'integer' }] },
        cpu_percent: { oneOf: [{ type: 'string' }, { maximum: 100, minimum: 0, type: 'integer' }] },
        cpu_period: { type: ['number', 'string'] },
        cpu_quota: { type: ['number', 'string'] },
        cpu_rt_period: { type: ['number', 'string'] },
        cpu_rt_runtime: { type: ['number', 'string'] },
        cpu_shares: { type: ['number', 'string'] },
        cpus: { type: ['number', 'string'] },
        cpuset: { type: 'string' },
        credential_spec: {
          additionalProperties: false,
          patternProperties: { '^x-': {} },
          properties: { config: { type: 'string' }, file: { type: 'string' }, registry: { type: 'string' } },
          type: 'object',
        },
        depends_on: {
          oneOf: [
            { $ref: '#/definitions/list_of_strings' },
            {
              additionalProperties: false,
              patternProperties: {
                '^[a-zA-Z0-9._-]+$': {
                  additionalProperties: false,
                  patternProperties: { '^x-': {} },
                  properties: {
                    condition: {
                      enum: ['service_started', 'service_healthy', 'service_completed_successfully'],
                      type: 'string',
                    },
                    required: { type: 'boolean' },
                    restart: { type: ['boolean', 'string'] },
                  },
                  required: ['condition'],
                  type: 'object',
                },
              },
              type: 'object',
            },
          ],
        },
        deploy: { $ref: '#/definitions/deployment' },
        develop: { $ref: '#/definitions/development' },
        device_cgroup_rules: { $ref: '#/definitions/list_of_strings' },
        devices: {
          items: {
            oneOf: [
              { type: 'string' },
              {
                additionalProperties: false,
                patternProperties: { '^x-': {} },
                properties: { permissions: { type: 'string' }, source: { type: 'string' }, target: { type: 'string' } },
                required: ['source'],
                type: 'object',
              },
            ],
          },
          type: 'array',
        },
        dns: { $ref: '#/definitions/string_or_list' },
        dns_opt: { items: { type: 'string' }, type: 'array', uniqueItems: true },
        dns_search: { $ref: '#/definitions/string_or_list' },
        domainname: { type: 'string' },
        entrypoint: { $ref: '#/definitions/command' },
        env_file: { $ref: '#/definitions/env_file' },
        environment: { $ref: '#/definitions/list_or_dict' },
        expose: { items: { type: ['string', 'number'] }, type: 'array', uniqueItems: true },
        extends: {
          oneOf: [
            { type: 'string' },
            {
              additionalProperties: false,
              properties: { file: { type: 'string' }, service: { type: 'string' } },
              required: ['service'],
              type: 'object',
            },
          ],
        },
        external_links: { items: { type: 'string' }, type: 'array', uniqueItems: true },
        extra_hosts: { $ref: '#/definitions/extra_hosts' },
        gpus: { $ref: '#/definitions/gpus' },
        group_add: { items: { type: ['string', 'number'] }, type: 'array', uniqueItems: true },
        healthcheck: { $ref: '#/definitions/healthcheck' },
        hostname: { type: 'string' },
        image: { type: 'string' },
        init: { type: ['boolean', 'string'] },
        ipc: { type: 'string' },
        isolation: { type: 'string' },
        label_file: { $ref: '#/definitions/label_file' },
        labels: { $ref: '#/definitions/list_or_dict' },
        links: { items: { type: 'string' }, type: 'array', uniqueItems: true },
        logging: {
          additionalProperties: false,
          patternProperties: { '^x-': {} },
          properties: {
            driver: { type: 'string' },
            options: { patternProperties: { '^.+$': { type: ['string', 'number', 'null'] } }, type: 'object' },
          },
          type: 'object',
        },
        mac_address: { type: 'string' },
        mem_limit: { type: ['number', 'string'] },
        mem_reservation: { type: ['string', 'integer'] },
        mem_swappiness: { type: ['integer', 'string'] },
        memswap_limit: { type: ['number', 'string'] },
        models: {
          oneOf: [
            { $ref: '#/definitions/list_of_strings' },
            {
              patternProperties: {
                '^[a-zA-Z0-9._-]+$': {
                  oneOf: [
                    {
                      additionalProperties: false,
                      patternProperties: { '^x-': {} },
                      properties: { endpoint_var: { type: 'string' }, model_var: { type: 'string' } },
                      type: 'object',
                    },
                    { type: 'null' },
                  ],
                },
              },
              type: 'object',
            },
          ],
        },
        network_mode: { type: 'string' },
        networks: {
          oneOf: [
            { $ref: '#/definitions/list_of_strings' },
            {
              additionalProperties: false,
              patternProperties: {
                '^[a-zA-Z0-9._-]+$': {
                  oneOf: [
                    {
                      additionalProperties: false,
                      patternProperties: { '^x-': {} },
                      properties: {
                        aliases: { $ref: '#/definitions/list_of_strings' },
                        driver_opts: { patternProperties: { '^.+$': { type: ['string', 'number'] } }, type: 'object' },
                        gw_priority: { type: 'number' },
                        interface_name: { type: 'string' },
                        ipv4_address: { type: 'string' },
                        ipv6_address: { type: 'string' },
                        link_local_ips: { $ref: '#/definitions/list_of_strings' },
                        mac_address: { type: 'string' },
                        priority: { type: 'number' },
                      },
                      type: 'object',
                    },
                    { type: 'null' },
                  ],
                },
              },
              type: 'object',
            },
          ],
        },
        oom_kill_disable: { type: ['boolean', 'string'] },
        oom_score_adj: { oneOf: [{ type: 'string' }, { maximum: 1000, minimum: -1000, type: 'integer' }] },
        pid: { type: ['string', 'null'] },
        pids_limit: { type: ['number', 'string'] },
        platform: { type: 'string' },
        ports: {
          items: {
            oneOf: [
              { type: 'number' },
              { type: 'string' },
              {
                additionalProperties: false,
                patternProperties: { '^x-': {} },
                properties: {
                  app_protocol: { type: 'string' },
                  host_ip: { type: 'string' },
                  mode: { type: 'string' },
                  name: { type: 'string' },
                  protocol: { type: 'string' },
                  published: { type: ['string', 'integer'] },
                  target: { type: ['integer', 'string'] },
                },
                type: 'object',
              },
            ],
          },
          type: 'array',
          uniqueItems: true,
        },
        post_start: { items: { $ref: '#/definitions/service_hook' }, type: 'array' },
        pre_stop: { items: { $ref: '#/definitions/service_hook' }, type: 'array' },
        privileged: { type: ['boolean', 'string'] },
        profiles: { $ref: '#/definitions/list_of_strings' },
        provider: {
          additionalProperties: false,
          patternProperties: { '^x-': {} },
          properties: {
            options: {
              patternProperties: {
                '^.+$': {
                  oneOf: [
                    { type: ['string', 'number', 'boolean'] },
                    { items: { type: ['string', 'number', 'boolean'] }, type: 'array' },
                  ],
                },
              },
              type: 'object',
            },
            type: { type: 'string' },
          },
          required: ['type'],
          type: 'object',
        },
        pull_policy: {
          pattern: 'always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+',
          type: 'string',
        },
        pull_refresh_after: { type: 'string' },
        read_only: { type: ['boolean', 'string'] },
        restart: { type: 'string' },
        runtime: { type: 'string' },
        scale: { type: ['integer', 'string'] },
        secrets: { $ref: '#/definitions/service_config_or_secret' },
        security_opt: { items: { type: 'string' }, type: 'array', uniqueItems: true },
        shm_size: { type: ['number', 'string'] },
        stdin_open: { type: ['boolean', 'string'] },
        stop_grace_period: { type: 'string' },
        stop_signal: { type: 'string' },
        storage_opt: { type: 'object' },
        sysctls: { $ref: '#/definitions/list_or_dict' },
        tmpfs: { $ref: '#/definitions/string_or_list' },
        tty: { type: ['boolean', 'string'] },
        ulimits: { $ref: '#/definitions/ulimits' },
        use_api_socket: { type: 'boolean' },
        user: { type: 'string' },
        userns_mode: { type: 'string' },
        uts: { type: 'string' },
        volumes: {
          items: {
            oneOf: [
              { type: 'string' },
              {
                additionalProperties: false,
                patternProperties: { '^x-': {} },
                properties: {
                  bind: {
                    additionalProperties: false,
                    patternProperties: { '^x-': {} },
                    properties: {
                      create_host_path: { type: ['boolean', 'string'] },
                      propagation: { type: 'string' },
                      recursive: { enum: ['enabled', 'disabled', 'writable', 'readonly'], type: 'string' },
                      selinux: { enum: ['z', 'Z'], type: 'string' },
                    },
                    type: 'object',
                  },
                  consistency: { type: 'string' },
                  image: {
                    additionalProperties: false,
                    patternProperties: { '^x-': {} },
                    properties: { subpath: { type: 'string' } },
                    type: 'object',
                  },
                  read_only: { type: ['boolean', 'string'] },
                  source: { type: 'string' },
                  target: { type: 'string' },
                  tmpfs: {
                    additionalProperties: false,
                    patternProperties: { '^x-': {} },
                    properties: {
                      mode: { type: ['number', 'string'] },
                      size: { oneOf: [{ minimum: 0, type: 'integer' }, { type: 'string' }] },
                    },
                    type: 'object',
                  },
                  type: { enum: ['bind', 'volume', 'tmpfs', 'cluster', 'npipe', 'image'], type: 'string' },
                  volume: {
                    additionalProperties: false,
                    patternProperties: { '^x-': {} },
                    properties: {
                      labels: { $ref: '#/definitions/list_or_dict' },
                      nocopy: { type: ['boolean', 'string'] },
                      subpath: { type: 'string' },
                    },
                    type: 'object',
                  },
                },
                required: ['type'],
                type: 'object',
              },
            ],
          },
          type: 'array',
          uniqueItems: true,
        },
        volumes_from: { items: { type: 'string' }, type: 'array', uniqueItems: true },
        working_dir: { type: 'string' },
      },
      type: 'object',
    },
    service_config_or_secret: {
      items: {
        oneOf: [
          { type: 'string' },
          {
            additionalProperties: false,
            patternProperties: { '^x-': {} },
            properties: {
              gid: { type: 'string' },
              mode: { type: ['number', 'string'] },
              source: { type: 'string' },
              target: { type: 'string' },
              uid: { type: 'string' },
            },
            type: 'object',
          },
        ],
      },
      type: 'array',
    },
    service_hook: {
      additionalProperties: false,
      patternProperties: { '^x-': {} },
      properties: {
        command: { $ref: '#/definitions/command' },
        environment: { $ref: '#/definitions/list_or_dict' },
        privileged: { type: ['boolean', 'string'] },
        user: { type: 'string' },
        working_dir: { type: 'string' },
      },
      required: ['command'],
      type: 'object',
    },
    string_or_list: { oneOf: [{ type: 'string' }, { $ref: '#/definitions/list_of_strings' }] },
    ulimits: {
      patternProperties: {
        '^[a-z]+$': {
          oneOf: [
            { type: ['integer', 'string'] },
            {
              additionalProperties: false,
              patternProperties: { '^x-': {} },
              properties: { hard: { type: ['integer', 'string'] }, soft: { type: ['integer', 'string'] } },
              required: ['soft', 'hard'],
              type: 'object',
            },
          ],
        },
      },
      type: 'object',
    },
    volume: {
      additionalProperties: false,
      patternProperties: { '^x-': {} },
      properties: {
        driver: { type: 'string' },
        driver_opts: { patternProperties: { '^.+$': { type: ['string', 'number'] } }, type: 'object' },
        external: {
          additionalProperties: false,
          patternProperties: { '^x-': {} },
          properties: { name: { type: 'string' } },
          type: ['boolean', 'string', 'object'],
        },
        labels: { $ref: '#/definitions/list_or_dict' },
        name: { type: 'string' },
      },
      type: ['object', 'null'],
    },
  },
  patternProperties: { '^x-': {} },
  properties: {
    configs: {
      additionalProperties: false,
      patternProperties: { '^[a-zA-Z0-9._-]+$': { $ref: '#/definitions/config' } },
      type: 'object',
    },
    include: { items: { $ref: '#/definitions/include' }, type: 'array' },
    models: { patternProperties: { '^[a-zA-Z0-9._-]+$': { $ref: '#/definitions/model' } }, type: 'object' },
    name: { type: 'string' },
    networks: { patternProperties: { '^[a-zA-Z0-9._-]+$': { $ref: '#/definitions/network' } }, type: 'object' },
    secrets: {
      additionalProperties: false,
      patternProperties: { '^[a-zA-Z0-9._-]+$': { $ref: '#/definitions/secret' } },
      type: 'object',
    },
    services: {
      additionalProperties: false,
      patternProperties: { '^[a-zA-Z0-9._-]+$': { $ref: '#/definitions/service' } },
      type: 'object',
    },
    version: { type: 'string' },
    volumes: {
      additionalProperties: false,
      patternProperties: { '^[a-zA-Z0-9._-]+$': { $ref: '#/definitions/volume' } },
      type: 'object',
    },
  },
  type: 'object',
};
