"""The commands of `lenet1989`, a module each or a module for those that belong together."""
