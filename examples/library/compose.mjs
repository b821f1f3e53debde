import { loadProject } from '@gopdater/core/compose';

const { services } = await loadProject({ cwd: process.cwd(), environment: process.env });
for (const { name, image, enabled } of services.values()) console.log(name, image, enabled ? '' : '(profile off)');
