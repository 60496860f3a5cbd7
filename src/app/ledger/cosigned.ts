/** The checkpoint with the cosignatures of witnesses, beside the one the writer keeps for itself. */
export const cosignedPath = 'checkpoint.cosigned';
