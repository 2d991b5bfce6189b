"""Pictures of IIIF services: what a service can send, what to request, and how tiles become one picture."""
