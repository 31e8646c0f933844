"""What holds for every call, whatever the addons do: it goes on with the yes of all, and a fault ends it."""
