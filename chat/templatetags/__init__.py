"""Tags of the chat's templates."""
