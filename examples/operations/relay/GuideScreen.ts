// A guide: what the screen shows, and by its fragments what its parts show.
import { graphql } from 'relay-runtime'

export const guide = graphql`
  fragment GuideScreen_guide on Procedure {
    url
    title
    summary
    updatedAt
    overview {
      ...TextView_text
    }
    preparation {
      steps {
        text
        daysBefore
      }
    }
    recovery {
      title
      fromDay
      toDay
      text
      milestones
      restrictions
    }
    risks {
      text
      frequency
      serious
    }
    whenToSeekHelp {
      routine
      urgent
      emergency
    }
    reviewDueOn
    disclaimer {
      ...DisclaimerNotice_disclaimer
    }
  }
`

export const page = graphql`
  query GuideScreenQuery($locale: String!, $slug: String!) @inContext(locale: $locale) {
    procedure(slug: $slug) {
      id
      ...GuideScreen_guide
    }
  }
`
