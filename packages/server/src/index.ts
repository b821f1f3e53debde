export type {} from '@gopdater/core';
