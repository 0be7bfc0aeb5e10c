/** What is said of updates and branches: a part of the glossary. */
export const updateTerms = {
  momentum: {
    term: 'momentum',
    also: 'm',
    says: 'What the gradients of earlier steps still add to an update, through Adam’s mean gradient.'
  },
  updateShare: {
    term: 'share of an update',
    says: 'How much of the change that an update promises for the loss comes through one token. Below 0 the update goes against that token.'
  },
  cosine: {
    term: 'cosine',
    says: 'How far two gradients point the same way: 1 the same, 0 nothing in common, −1 against each other.'
  },
  curvature: {
    term: 'curvature',
    says: 'How the slope of the loss changes along a step: why an update does more or less than its gradient promised.'
  },
  branch: {
    term: 'branch',
    says: 'A run that goes on from a step of another, with some weights changed by hand or with none. The run that it left stays as it is.'
  }
} as const;
