/** The only place that names the package. */
export { default } from 'dockerode';
