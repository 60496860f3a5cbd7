/** Where locked policies lie: in the folder of a project, or above its projects. */
export const postureLockName = 'demarc.posture-lock.json';
