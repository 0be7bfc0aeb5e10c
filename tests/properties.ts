import fc from 'fast-check';

// CI tries the same cases every time, so that a red run is the change's own; elsewhere each run tries new ones.
if (process.env.CI) fc.configureGlobal({ seed: 42 });
