/**
 * Where real engines do not keep to their own description, the fake does as they do. Each was seen in a recording of one,
 * or in the source of what it says to a registry that refuses.
 */
export const deviations: { readonly statuses: readonly string[]; readonly answers: readonly string[] } = {
  /** Operations, and statuses that are not described. */
  statuses: [
    'DELETE /configs/{id} 400',
    'DELETE /networks/{id} 400',
    'DELETE /secrets/{id} 400',
    'GET /containers/json 404',
    'GET /containers/{id}/logs 400',
    'GET /containers/{id}/logs 501',
    'GET /containers/{id}/top 409',
    'GET /distribution/{name}/json 400',
    'GET /distribution/{name}/json 404',
    'GET /images/json 400',
    'GET /networks 400',
    'GET /services 400',
    'GET /volumes 400',
    'POST /commit 400',
    'POST /configs/create 400',
    'POST /containers/prune 400',
    'POST /containers/{id}/exec 400',
    'POST /containers/{id}/kill 400',
    'POST /containers/{id}/pause 409',
    'POST /containers/{id}/rename 400',
    'POST /containers/{id}/resize 400',
    'POST /containers/{id}/start 400',
    'POST /containers/{id}/start 409',
    'POST /containers/{id}/update 400',
    'POST /exec/{id}/start 101',
    'POST /exec/{id}/start 400',
    'POST /exec/{id}/resize 409',
    'POST /images/create 400',
    'POST /images/create 401',
    'POST /images/create 429',
    'POST /images/prune 400',
    'POST /images/{name}/tag 200',
    'POST /networks/create 409',
    'POST /networks/{id}/connect 409',
    'POST /networks/prune 400',
    'POST /secrets/create 400',
    'POST /volumes/create 400',
    'POST /volumes/create 404',
    'POST /volumes/prune 400',
  ],
  /** Operation, status, and the beginning of what is wrong. */
  answers: [
    // The answers have `ID`.
    'POST /secrets/create 201: / must have required property',
    'POST /configs/create 201: / must have required property',
    // Of an update that is being taken back.
    'GET /services 200: /0/UpdateStatus/State must be equal to one of the allowed values',
    'GET /services/{id} 200: /UpdateStatus/State must be equal to one of the allowed values',
  ],
};
